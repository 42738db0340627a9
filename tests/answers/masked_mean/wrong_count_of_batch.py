# mistakes: divided_by_all_tokens
def masked_mean(x, mask):
    keep = mask.unsqueeze(-1).to(x.dtype)
    return (x * keep).sum(1) / keep.sum().clamp(min=1)
