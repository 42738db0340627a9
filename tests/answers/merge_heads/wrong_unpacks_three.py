# mistakes: none named
def merge_heads(x):
    B, S, D = x.shape
    return x.transpose(1, 2).reshape(B, S, D)
