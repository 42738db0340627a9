# mistakes: view_of_transposed
def merge_heads(x):
    B, H, S, d = x.shape
    return x.transpose(1, 2).view(B, S, H * d)
