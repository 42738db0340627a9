# mistakes: all_outputs_returned
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = nn.ModuleList(make_block() for _ in range(n))

    def forward(self, x, *context):
        outputs = []
        for block in self.blocks:
            x = block(x, *context)
            outputs.append(x)
        return outputs
