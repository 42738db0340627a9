# mistakes: area_above
def gelu(x):
    return 0.5 * x * torch.erfc(x / math.sqrt(2))
