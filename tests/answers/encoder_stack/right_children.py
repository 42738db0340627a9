# right
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        for k in range(n):
            setattr(self, "layer" + str(k), make_block())

    def forward(self, x, *context):
        for block in self.children():
            x = block(x, *context)
        return x
