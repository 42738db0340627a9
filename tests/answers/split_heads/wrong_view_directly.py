# mistakes: view_without_transpose
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.reshape(B, n_heads, S, D // n_heads)
