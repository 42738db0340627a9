# right
class EncoderStack(nn.Module):
    def __init__(self, make_block, n):
        super(EncoderStack, self).__init__()
        blocks = [make_block() for i in range(n)]
        self.layer = nn.ModuleList(blocks)

    def forward(self, x, *context):
        hidden = x
        for i in range(len(self.layer)):
            hidden = self.layer[i](hidden, *context)
        return hidden
