# right
def masked_mean(x, mask):
    m = mask.type_as(x)
    n = m.sum(dim=1, keepdim=True)
    return torch.einsum("bsd,bs->bd", x, m) / torch.maximum(n, torch.ones_like(n))
