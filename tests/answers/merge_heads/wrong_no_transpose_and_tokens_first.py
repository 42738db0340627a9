# mistakes: none named
def merge_heads(x):
    B, H, S, d = x.shape
    return x.reshape(B, S, H * d).transpose(0, 1)
