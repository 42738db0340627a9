# mistakes: none named
def causal_mask(n):
    mask = torch.ones(n, n, dtype=torch.bool).tril()
    return mask.triu(diagonal=-3)
