# right
from bertcourse import LayerNorm


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super(TransformerBlock, self).__init__()
        self.output_norm = LayerNorm(d_model)
        self.attention_norm = LayerNorm(d_model)
        self.feed_forward = feed_forward
        self.attention = attention
        self.p = dropout

    def step(self, x, added, norm):
        return norm(x + F.dropout(added, p=self.p, training=self.training))

    def forward(self, x, *context):
        x = self.step(x, self.attention(x, *context), self.attention_norm)
        return self.step(x, self.feed_forward(x), self.output_norm)
