# mistakes: none named
def merge_heads(x):
    return x[:, 0]
