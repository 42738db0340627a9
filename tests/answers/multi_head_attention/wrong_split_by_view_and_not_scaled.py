# mistakes: split_by_view_alone, scale_missing
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
        q, k, v = (
            layer(x).reshape(B, self.n_heads, S, D // self.n_heads)
            for layer in (self.query, self.key, self.value)
        )
        scores = q @ k.transpose(-2, -1)
        if mask is not None:
            scores = scores.masked_fill(padding_mask(mask) == 0, -1e9)
        weights = self.dropout(scores.softmax(-1))
        return self.output(merge_heads(weights @ v))
