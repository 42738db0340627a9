# mistakes: context_not_unpacked
class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.attention_norm = LayerNorm(d_model)
        self.feed_forward = feed_forward
        self.output_norm = LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, *context):
        a = self.attention_norm(x + self.attention(x, context))
        return self.output_norm(x + self.feed_forward(a))
