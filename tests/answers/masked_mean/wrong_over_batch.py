# mistakes: mean_over_batch
def masked_mean(x, mask):
    keep = mask.unsqueeze(-1).to(x.dtype)
    return (x * keep).sum(0) / keep.sum(0).clamp(min=1)
