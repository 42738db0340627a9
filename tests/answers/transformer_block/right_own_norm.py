# right
class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size))

    def forward(self, x):
        return F.layer_norm(x, x.shape[-1:], self.weight, self.bias, 1e-12)


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.attention_norm = Norm(d_model)
        self.feed_forward = feed_forward
        self.output_norm = Norm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, *context):
        a = self.attention(x, *context)
        a = self.attention_norm(x + self.dropout(a))
        f = self.feed_forward(a)
        return self.output_norm(a + self.dropout(f))
