# right
import functools


class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super().__init__()
        self.blocks = nn.ModuleList(make_block() for _ in range(n))

    def forward(self, x, *context):
        return functools.reduce(lambda y, block: block(y, *context), self.blocks, x)
