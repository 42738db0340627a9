# mistakes: none named
def split_heads(x, n_heads):
    S, B, D = x.shape
    return x.reshape(S, B, n_heads, D // n_heads).permute(1, 2, 0, 3)
