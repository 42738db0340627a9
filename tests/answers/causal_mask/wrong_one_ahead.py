# mistakes: one_ahead_seen
def causal_mask(n):
    return torch.ones(n, n, dtype=torch.bool).tril(diagonal=1)
