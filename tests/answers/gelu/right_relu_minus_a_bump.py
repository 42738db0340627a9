# right
def gelu(x):
    # below zero x times a small share, above zero x minus the mirror image of it
    small = x.abs() * 0.5 * torch.erfc(x.abs() / math.sqrt(2))
    return torch.relu(x) - small
