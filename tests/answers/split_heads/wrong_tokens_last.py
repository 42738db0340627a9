# mistakes: features_before_tokens
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.reshape(B, S, n_heads, D // n_heads).permute(0, 2, 3, 1)
