# mistakes: cast_to_float
def masked_mean(x, mask):
    keep = mask.unsqueeze(-1).float()
    return (x.float() * keep).sum(1) / keep.sum(1).clamp(min=1)
