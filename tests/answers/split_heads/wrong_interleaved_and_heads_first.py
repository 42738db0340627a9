# mistakes: heads_interleaved, heads_before_batch
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.reshape(B, S, D // n_heads, n_heads).permute(3, 0, 1, 2)
