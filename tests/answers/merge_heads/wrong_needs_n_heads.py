# mistakes: none named
def merge_heads(x, n_heads):
    B, H, S, d = x.shape
    return x.transpose(1, 2).reshape(B, S, n_heads * d)
