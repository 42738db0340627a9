# mistakes: future_seen
def causal_mask(n):
    return torch.ones(n, n, dtype=torch.bool).triu()
