# mistakes: batch_and_heads_merged
def split_heads(x, n_heads):
    B, S, D = x.shape
    d = D // n_heads
    return x.reshape(B, S, n_heads, d).transpose(1, 2).reshape(B * n_heads, S, d)
