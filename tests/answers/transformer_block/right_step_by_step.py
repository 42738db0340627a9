# right
from bertcourse import LayerNorm


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.attention_norm = LayerNorm(d_model)
        self.feed_forward = feed_forward
        self.output_norm = LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, *context):
        attended = self.attention(x, *context)
        attended = self.dropout(attended)
        x = x + attended
        x = self.attention_norm(x)
        residual = x
        x = self.feed_forward(x)
        x = self.dropout(x)
        x = residual + x
        return self.output_norm(x)
