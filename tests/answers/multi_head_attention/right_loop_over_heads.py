# right
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        d = x.size(-1) // self.n_heads
        if mask is not None and mask.dim() == 2:
            mask = mask.unsqueeze(1)
        heads = []
        q, k, v = self.query(x), self.key(x), self.value(x)
        for h in range(self.n_heads):
            piece = slice(h * d, (h + 1) * d)
            context, _ = scaled_dot_product_attention(
                q[..., piece], k[..., piece], v[..., piece], mask, self.dropout
            )
            heads.append(context)
        return self.output(torch.cat(heads, dim=-1))
