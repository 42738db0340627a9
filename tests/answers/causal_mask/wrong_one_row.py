# mistakes: none named
def causal_mask(n):
    return torch.arange(n) >= 0
