# mistakes: none named
def merge_heads(x):
    B, H, S, d = x.shape
    return x.permute(2, 0, 1, 3).reshape(S, B, H * d)
