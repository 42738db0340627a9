# mistakes: heads_interleaved
def merge_heads(x):
    B, H, S, d = x.shape
    return x.permute(0, 2, 3, 1).reshape(B, S, H * d)
