# mistakes: norms_not_registered
from bertcourse import LayerNorm


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.feed_forward = feed_forward
        self.d_model = d_model
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, *context):
        a = LayerNorm(self.d_model)(x + self.dropout(self.attention(x, *context)))
        return LayerNorm(self.d_model)(a + self.dropout(self.feed_forward(a)))
