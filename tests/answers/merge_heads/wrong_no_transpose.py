# mistakes: reshape_without_transpose
def merge_heads(x):
    B, H, S, d = x.shape
    return x.reshape(B, S, H * d)
