# advice: fragile_empty_gradient
def masked_mean(x, mask):
    keep = mask.unsqueeze(-1).to(x.dtype)
    return ((x * keep).sum(1) / keep.sum(1)).nan_to_num(0.0)
