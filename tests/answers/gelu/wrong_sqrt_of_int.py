# mistakes: none named
def gelu(x):
    return 0.5 * x * (1 + torch.erf(x / torch.sqrt(2)))
