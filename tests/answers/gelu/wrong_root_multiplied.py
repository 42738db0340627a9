# mistakes: multiplied_by_root
def gelu(x):
    return 0.5 * x * (1 + torch.erf(x * math.sqrt(2)))
