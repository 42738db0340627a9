# mistakes: none named
def split_heads(x, n_heads):
    return x.chunk(n_heads, dim=-1)
