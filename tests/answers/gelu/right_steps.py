# right
ROOT_TWO = math.sqrt(2.0)


def share_below(x):
    return (torch.erf(x / ROOT_TWO) + 1).div(2)


def gelu(x):
    return x.mul(share_below(x))
