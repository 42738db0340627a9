# mistakes: silu
def gelu(x):
    return x / (1 + torch.exp(-x))
