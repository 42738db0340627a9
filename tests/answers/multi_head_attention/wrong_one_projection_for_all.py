# mistakes: one_layer_for_all
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.n_heads = n_heads
        linear = nn.Linear(d_model, d_model)
        self.query = self.key = self.value = linear
        self.output = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        q = split_heads(self.query(x), self.n_heads)
        k = split_heads(self.key(x), self.n_heads)
        v = split_heads(self.value(x), self.n_heads)
        mask = None if mask is None else padding_mask(mask)
        context, _ = scaled_dot_product_attention(q, k, v, mask, self.dropout)
        return self.output(merge_heads(context))
