# mistakes: cut_between_blocks
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = nn.ModuleList(make_block() for _ in range(n))

    def forward(self, x, *context):
        for block in self.blocks:
            x = block(x.detach(), *context)
        return x
