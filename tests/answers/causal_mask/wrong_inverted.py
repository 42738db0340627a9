# mistakes: mask_inverted
def causal_mask(n):
    return torch.triu(torch.ones(n, n), diagonal=1).bool()
