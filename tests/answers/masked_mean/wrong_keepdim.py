# mistakes: none named
def masked_mean(x, mask):
    keep = mask.unsqueeze(-1).to(x.dtype)
    return (x * keep).sum(1, keepdim=True) / keep.sum(1, keepdim=True).clamp(min=1)
