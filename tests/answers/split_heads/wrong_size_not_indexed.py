# mistakes: none named
def split_heads(x, n_heads):
    batch_size = x.size()
    return x.view(batch_size, -1, n_heads, x.size(-1) // n_heads).transpose(1, 2)
