# mistakes: bool_only
def masked_mean(x, mask):
    x = x.masked_fill(~mask.unsqueeze(-1), 0)
    return x.sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
