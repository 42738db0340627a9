# right
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.attention = Attention(dropout)

    def forward(self, x, mask=None):
        heads = [
            split_heads(layer(x), self.n_heads) for layer in (self.query, self.key, self.value)
        ]
        context, _ = self.attention(*heads, None if mask is None else padding_mask(mask))
        return self.output(merge_heads(context))
