# mistakes: heads_interleaved
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.reshape(B, S, D // n_heads, n_heads).permute(0, 3, 1, 2)
