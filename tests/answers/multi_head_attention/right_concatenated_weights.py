# right
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.p = dropout
        for layer in (self.query, self.key, self.value, self.output):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x, mask=None):
        weight = torch.cat([self.query.weight, self.key.weight, self.value.weight])
        bias = torch.cat([self.query.bias, self.key.bias, self.value.bias])
        q, k, v = (split_heads(t, self.n_heads) for t in F.linear(x, weight, bias).chunk(3, dim=-1))
        scores = attention_scores(q, k)
        if mask is not None:
            scores = scores + (~padding_mask(mask)).to(scores.dtype) * torch.finfo(scores.dtype).min
        weights = F.dropout(scores.softmax(-1), self.p, self.training)
        return self.output(merge_heads(weights @ v))
