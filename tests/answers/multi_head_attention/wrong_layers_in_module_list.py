# mistakes: none named
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.n_heads = n_heads
        self.linear_layers = nn.ModuleList([nn.Linear(d_model, d_model) for _ in range(3)])
        self.output_linear = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        q, k, v = (split_heads(layer(x), self.n_heads) for layer in self.linear_layers)
        mask = None if mask is None else padding_mask(mask)
        context, _ = scaled_dot_product_attention(q, k, v, mask, self.dropout)
        return self.output_linear(merge_heads(context))
