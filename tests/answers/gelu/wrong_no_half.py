# mistakes: half_missing
def gelu(x):
    return x * (1 + torch.erf(x / math.sqrt(2)))
