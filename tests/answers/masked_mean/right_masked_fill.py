# right
def masked_mean(x, mask):
    x = x.masked_fill((mask == 0).unsqueeze(-1), 0.0)
    count = (mask != 0).sum(dim=1, keepdim=True)
    return x.sum(dim=1) / count.clamp(min=1)
