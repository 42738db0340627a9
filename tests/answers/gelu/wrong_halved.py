# mistakes: divided_by_two
def gelu(x):
    return 0.5 * x * (1 + torch.erf(x / 2))
