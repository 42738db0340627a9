# right
def masked_mean(x, mask):
    hidden = x.masked_fill(~mask.bool().unsqueeze(-1), float("nan"))
    return hidden.nanmean(dim=1).nan_to_num(0.0)
