# mistakes: merged_by_reshape_alone, dropout_in_eval
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
        q = self.query(x).view(B, S, self.n_heads, -1).transpose(1, 2)
        k = self.key(x).view(B, S, self.n_heads, -1).transpose(1, 2)
        v = self.value(x).view(B, S, self.n_heads, -1).transpose(1, 2)
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
        if mask is not None:
            scores = scores.masked_fill(padding_mask(mask) == 0, -1e9)
        weights = F.dropout(scores.softmax(-1), self.dropout.p)
        return self.output((weights @ v).reshape(B, S, D))
