# mistakes: split_by_view_alone, merged_by_reshape_alone
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
        q = self.query(x).view(B, self.n_heads, S, D // self.n_heads)
        k = self.key(x).view(B, self.n_heads, S, D // self.n_heads)
        v = self.value(x).view(B, self.n_heads, S, D // self.n_heads)
        mask = None if mask is None else padding_mask(mask)
        context, _ = scaled_dot_product_attention(q, k, v, mask, self.dropout)
        return self.output(context.reshape(B, S, D))
