# mistakes: not_divided
def masked_mean(x, mask):
    return (x * mask.unsqueeze(-1)).sum(dim=1)
