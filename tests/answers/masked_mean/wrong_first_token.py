# mistakes: none named
def masked_mean(x, mask):
    return x[:, 0]
