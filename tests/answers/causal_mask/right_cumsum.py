# right
def causal_mask(n):
    return torch.eye(n).cumsum(dim=0) > 0
