# mistakes: none named
def split_heads(x, n_heads):
    return x.unsqueeze(1).repeat(1, n_heads, 1, 1)
