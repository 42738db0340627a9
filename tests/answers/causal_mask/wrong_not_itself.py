# mistakes: self_hidden
def causal_mask(n):
    return torch.ones(n, n, dtype=torch.bool).tril(diagonal=-1)
