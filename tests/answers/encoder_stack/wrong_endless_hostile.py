# outcome: incorrect
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = nn.ModuleList()
        while len(self.blocks) != n + 0.5:
            self.blocks.append(make_block())

    def forward(self, x, *context):
        for block in self.blocks:
            x = block(x, *context)
        return x
