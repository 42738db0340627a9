# mistakes: decimal_size
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.view(B, S, n_heads, D / n_heads).transpose(1, 2)
