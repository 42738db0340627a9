# mistakes: layers_not_registered
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.n_heads = n_heads
        self.layers = [nn.Linear(d_model, d_model) for _ in range(4)]
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        q, k, v = (split_heads(layer(x), self.n_heads) for layer in self.layers[:3])
        mask = None if mask is None else padding_mask(mask)
        context, _ = scaled_dot_product_attention(q, k, v, mask, self.dropout)
        return self.layers[3](merge_heads(context))
