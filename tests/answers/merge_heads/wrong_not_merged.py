# mistakes: not_joined
def merge_heads(x):
    return x.transpose(1, 2)
