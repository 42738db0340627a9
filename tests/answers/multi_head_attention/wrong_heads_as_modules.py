# mistakes: none named
class Head(nn.Module):
    def __init__(self, d_model, d_head, dropout):
        super().__init__()
        self.query = nn.Linear(d_model, d_head, bias=False)
        self.key = nn.Linear(d_model, d_head, bias=False)
        self.value = nn.Linear(d_model, d_head, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        weights = self.query(x) @ self.key(x).transpose(-2, -1) * self.key.out_features**-0.5
        if mask is not None:
            weights = weights.masked_fill(mask == 0, float("-inf"))
        return self.dropout(F.softmax(weights, dim=-1)) @ self.value(x)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        heads = [Head(d_model, d_model // n_heads, dropout) for _ in range(n_heads)]
        self.heads = nn.ModuleList(heads)
        self.output = nn.Linear(d_model, d_model)

    def forward(self, x, mask=None):
        if mask is not None and mask.dim() == 2:
            mask = mask.unsqueeze(1)
        return self.output(torch.cat([head(x, mask) for head in self.heads], dim=-1))
