# right
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = nn.ModuleDict({str(k): make_block() for k in range(n)})

    def forward(self, x, *context):
        for block in self.blocks.values():
            x = block(x, *context)
        return x
