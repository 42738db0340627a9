# mistakes: mask_not_broadcast
def masked_mean(x, mask):
    return (x * mask).sum(1) / mask.sum(1).clamp(min=1)
