# right
from bertcourse import LayerNorm


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.attention_dropout = nn.Dropout(dropout)
        self.attention_norm = LayerNorm(d_model)
        self.feed_forward = feed_forward
        self.dropout = nn.Dropout(dropout)
        self.output_norm = LayerNorm(d_model)

    def forward(self, x: Tensor, *args, **kwargs) -> Tensor:
        h = self.attention(x, *args, **kwargs)
        h = self.attention_norm(self.attention_dropout(h) + x)
        return self.output_norm(self.dropout(self.feed_forward(h)) + h)
