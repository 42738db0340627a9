# right
EPS = 1e-12


def masked_mean(x, mask):
    m = mask[..., None].to(x)
    return (x * m).sum(-2) / (m.sum(-2) + EPS)
