# mistakes: heads_before_batch
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.reshape(B, S, n_heads, D // n_heads).permute(2, 0, 1, 3)
