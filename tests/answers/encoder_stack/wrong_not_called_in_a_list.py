# mistakes: make_block_not_called_in_a_list
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = [make_block] * n

    def forward(self, x, *context):
        for block in self.blocks:
            x = block(x, *context)
        return x
