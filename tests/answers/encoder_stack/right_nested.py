# right
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.block = make_block()
        self.rest = EncoderStack(make_block, n - 1) if n > 1 else None

    def forward(self, x, *context):
        x = self.block(x, *context)
        return x if self.rest is None else self.rest(x, *context)
