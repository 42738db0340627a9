# mistakes: none named
def merge_heads(x):
    B, H, S, d = x.shape
    return x.flip(1).permute(0, 2, 3, 1).reshape(B, S, H * d)
