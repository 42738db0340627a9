# mistakes: none named
def gelu(x):
    z = (x - x.mean()) / x.std()
    return x * 0.5 * (1 + torch.erf(z / math.sqrt(2)))
