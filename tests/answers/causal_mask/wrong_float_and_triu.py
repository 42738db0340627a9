# mistakes: future_seen, decimals
def causal_mask(n):
    return torch.triu(torch.ones(n, n))
