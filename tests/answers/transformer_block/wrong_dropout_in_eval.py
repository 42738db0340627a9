# mistakes: dropout_in_eval
from bertcourse import LayerNorm


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.attention_norm = LayerNorm(d_model)
        self.feed_forward = feed_forward
        self.output_norm = LayerNorm(d_model)
        self.p = dropout

    def forward(self, x, *context):
        a = self.attention_norm(x + F.dropout(self.attention(x, *context), self.p))
        return self.output_norm(a + F.dropout(self.feed_forward(a), self.p))
