# right
def split_heads(x, n_heads):
    batch, length, d_model = x.shape
    d = d_model // n_heads
    out = x.new_empty(batch, n_heads, length, d)
    for h in range(n_heads):
        out[:, h] = x[:, :, h * d : (h + 1) * d]
    return out
