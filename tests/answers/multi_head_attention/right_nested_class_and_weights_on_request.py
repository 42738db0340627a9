# right
class MultiHeadAttention(nn.Module):
    class Head:
        def __init__(self, dropout):
            self.dropout = dropout

        def __call__(self, query, key, value, mask):
            scores = query @ key.mT / query.size(-1) ** 0.5
            if mask is not None:
                scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
            weights = scores.softmax(-1)
            return self.dropout(weights) @ value, weights

    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        if d_model % n_heads:
            raise ValueError("d_model must be a multiple of n_heads")
        self.n_heads = n_heads
        for name in ("query", "key", "value", "output"):
            setattr(self, name, nn.Linear(d_model, d_model))
        self.dropout = nn.Dropout(dropout)
        self.head = self.Head(self.dropout)

    def forward(self, x, mask=None, return_weights=False):
        if mask is not None:
            mask = mask.bool()
            while mask.dim() < 4:
                mask = mask.unsqueeze(1)
        q, k, v = [
            torch.stack(layer(x).chunk(self.n_heads, -1), dim=1)
            for layer in (self.query, self.key, self.value)
        ]
        context, weights = self.head(q, k, v, mask)
        output = self.output(torch.cat(context.unbind(1), -1))
        return (output, weights) if return_weights else output
