# mistakes: input_overwritten
def masked_mean(x, mask):
    x[mask == 0] = 0
    return x.sum(1) / (mask != 0).sum(1, keepdim=True).clamp(min=1)
