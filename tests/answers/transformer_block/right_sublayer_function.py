# right
from bertcourse import LayerNorm


def add_and_norm(x, sublayer, norm, dropout):
    return norm(x + dropout(sublayer(x)))


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.attention_norm = LayerNorm(d_model)
        self.feed_forward = feed_forward
        self.output_norm = LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, *context):
        x = add_and_norm(
            x, lambda x: self.attention(x, *context), self.attention_norm, self.dropout
        )
        return add_and_norm(x, self.feed_forward, self.output_norm, self.dropout)
