# right
def split_heads(x, n_heads):
    return x.reshape(x.size(0), x.size(1), n_heads, -1).permute(0, 2, 1, 3)
