# mistakes: heads_interleaved, heads_after_tokens
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.reshape(B, S, D // n_heads, n_heads).transpose(-1, -2)
