# right
def causal_mask(n: int) -> Tensor:
    return torch.tril(torch.ones(n, n)).bool()
