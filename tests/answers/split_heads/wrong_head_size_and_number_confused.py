# mistakes: n_heads_as_head_size
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.reshape(B, S, D // n_heads, n_heads).transpose(1, 2)
