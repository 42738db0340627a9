# mistakes: heads_interleaved, merged_interleaved
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
        d = D // self.n_heads
        q, k, v = (
            layer(x).view(B, S, d, self.n_heads).permute(0, 3, 1, 2)
            for layer in (self.query, self.key, self.value)
        )
        mask = None if mask is None else padding_mask(mask)
        context, _ = scaled_dot_product_attention(q, k, v, mask, self.dropout)
        return self.output(context.permute(0, 2, 3, 1).reshape(B, S, D))
