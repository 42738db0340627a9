# advice: fill_overflows_half
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.n_heads = n_heads
        self.d_head = d_model // n_heads
        self.scale = 1 / math.sqrt(self.d_head)
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.attn_drop = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        q, k, v = (
            f(x).unflatten(-1, (self.n_heads, self.d_head))
            for f in (self.query, self.key, self.value)
        )
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * self.scale
        if mask is not None:
            scores = scores.masked_fill(padding_mask(mask).logical_not(), -1e9)
        weights = self.attn_drop(scores.softmax(dim=-1))
        context = torch.einsum("bhqk,bkhd->bqhd", weights, v)
        return self.output(context.flatten(2))
