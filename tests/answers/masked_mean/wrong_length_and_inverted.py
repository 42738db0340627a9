# mistakes: divided_by_length, mask_inverted
def masked_mean(x, mask):
    keep = 1 - mask.float()
    return (x * keep.unsqueeze(-1)).sum(1) / x.size(1)
