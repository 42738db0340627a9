# right
def gelu(x):
    return x * torch.erfc(-x / 2**0.5) / 2
