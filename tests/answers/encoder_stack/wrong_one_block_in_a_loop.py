# mistakes: one_block_n_times
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        block = make_block()
        self.blocks = nn.ModuleList([block for _ in range(n)])

    def forward(self, x, *context):
        for block in self.blocks:
            x = block(x, *context)
        return x
