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

    def fold(self, x):
        b, s, d = x.shape
        x = x.reshape(b, s, self.n_heads, d // self.n_heads)
        return x.permute(0, 2, 1, 3).reshape(b * self.n_heads, s, d // self.n_heads)

    def forward(self, x, mask=None):
        b, s, d = x.shape
        q, k, v = self.fold(self.query(x)), self.fold(self.key(x)), self.fold(self.value(x))
        scores = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(q.size(-1))
        if mask is not None:
            if mask.dim() == 2:
                mask = mask.unsqueeze(1).expand(b, s, s)
            mask = mask.repeat_interleave(self.n_heads, dim=0)
            scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
        weights = self.dropout(torch.softmax(scores, dim=-1))
        context = torch.bmm(weights, v)
        context = context.reshape(b, self.n_heads, s, -1).permute(0, 2, 1, 3).reshape(b, s, d)
        return self.output(context)
