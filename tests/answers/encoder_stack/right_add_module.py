# right
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.n = n
        for k in range(n):
            self.add_module(f"block_{k}", make_block())

    def forward(self, x, *context):
        for k in range(self.n):
            x = getattr(self, f"block_{k}")(x, *context)
        return x
