# right
def causal_mask(n):
    if n <= 1:
        return torch.ones(n, n, dtype=torch.bool)
    smaller = F.pad(causal_mask(n - 1), (0, 1))
    return torch.cat([smaller, torch.ones(1, n, dtype=torch.bool)])
