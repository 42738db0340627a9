# mistakes: none named
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int, dropout: float = 0.1):
        super().__init__()
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        q, k, v = (
            layer(x).transpose(0, 1).reshape(x.size(1), x.size(0), self.n_heads, -1).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        context, _ = scaled_dot_product_attention(q, k, v, None, self.dropout)
        context = context.transpose(1, 2).reshape(x.size(1), x.size(0), -1)
        return self.output(context.transpose(0, 1))
