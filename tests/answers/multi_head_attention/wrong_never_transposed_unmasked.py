# mistakes: heads_after_tokens
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
            layer(x).view(B, S, self.n_heads, d) for layer in (self.query, self.key, self.value)
        )
        scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(d)
        if mask is not None:
            scores = scores.masked_fill(padding_mask(mask) == 0, -1e9)
        weights = self.dropout(scores.softmax(dim=-1))
        return self.output(torch.matmul(weights, v).view(B, S, D))
