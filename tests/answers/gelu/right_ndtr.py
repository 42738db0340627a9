# right
def gelu(x):
    return torch.special.ndtr(x) * x
