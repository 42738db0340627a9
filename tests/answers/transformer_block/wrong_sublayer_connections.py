# mistakes: none named
from bertcourse import SublayerConnection


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.feed_forward = feed_forward
        self.first = SublayerConnection(d_model, dropout)
        self.second = SublayerConnection(d_model, dropout)

    def forward(self, x, *context):
        x = self.first(x, lambda x: self.attention(x, *context))
        return self.second(x, self.feed_forward)
