# mistakes: last_axes_transposed
def merge_heads(x):
    B, H, S, d = x.shape
    return x.transpose(2, 3).reshape(B, S, H * d)
