# mistakes: none named
def gelu(x):
    return torch.where(x > 0, x, 0.1 * x)
