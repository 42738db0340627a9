# mistakes: share_alone
def gelu(x):
    return 0.5 * (1 + torch.erf(x / math.sqrt(2)))
