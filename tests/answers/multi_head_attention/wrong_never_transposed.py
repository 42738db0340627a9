# mistakes: heads_after_tokens, mask_ignored
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
        B, S, D = x.shape
        q = self.query(x).view(B, S, self.n_heads, -1)
        k = self.key(x).view(B, S, self.n_heads, -1)
        v = self.value(x).view(B, S, self.n_heads, -1)
        context, _ = scaled_dot_product_attention(q, k, v, None, self.dropout)
        return self.output(context.reshape(B, S, D))
