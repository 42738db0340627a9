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
        d = x.size(-1) // self.n_heads
        mask = mask if mask is None or mask.dim() == 3 else mask.unsqueeze(1)
        heads = []
        for h in range(self.n_heads):
            q, k = self.query(x)[..., :d], self.key(x)[..., :d]
            v = self.value(x)[..., h * d : (h + 1) * d]
            heads.append(scaled_dot_product_attention(q, k, v, mask, self.dropout)[0])
        return self.output(torch.cat(heads, dim=-1))
