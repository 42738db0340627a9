# right
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.layers = nn.ModuleList()
        while len(self.layers) < n:
            self.layers.append(make_block())

    def forward(self, x, *context):
        for layer in self.layers:
            x = layer(x, *context)
        return x
