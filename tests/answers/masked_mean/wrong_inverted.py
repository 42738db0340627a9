# mistakes: mask_inverted
def masked_mean(x, mask):
    keep = (mask == 0).unsqueeze(-1).to(x.dtype)
    return (x * keep).sum(1) / keep.sum(1).clamp(min=1)
