# mistakes: none named
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.inner = nn.MultiheadAttention(d_model, n_heads, dropout, batch_first=True)

    def forward(self, x, mask=None):
        padding = None if mask is None else mask == 0
        return self.inner(x, x, x, key_padding_mask=padding, need_weights=False)[0]
