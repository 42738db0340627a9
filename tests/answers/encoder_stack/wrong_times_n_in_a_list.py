# mistakes: one_block_n_times_unregistered
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = [make_block()] * n

    def forward(self, x, *context):
        for block in self.blocks:
            x = block(x, *context)
        return x
