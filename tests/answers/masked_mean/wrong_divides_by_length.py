# mistakes: divided_by_length
def masked_mean(x, mask):
    return (x * mask.unsqueeze(-1)).mean(dim=1)
