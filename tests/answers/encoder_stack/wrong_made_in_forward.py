# mistakes: blocks_made_in_forward
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.make_block, self.n = make_block, n

    def forward(self, x, *context):
        for _ in range(self.n):
            x = self.make_block()(x, *context)
        return x
