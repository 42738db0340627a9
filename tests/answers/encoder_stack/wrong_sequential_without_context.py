# mistakes: context_ignored
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = nn.Sequential(*[make_block() for _ in range(n)])

    def forward(self, x, *context):
        return self.blocks(x)
