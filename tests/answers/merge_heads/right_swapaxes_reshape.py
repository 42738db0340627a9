# right
def merge_heads(x):
    x = x.swapaxes(1, 2)
    return x.reshape(*x.shape[:2], -1)
