# right
def causal_mask(n):
    subsequent = torch.triu(torch.ones((1, n, n)), diagonal=1).type(torch.uint8)
    return (subsequent == 0)[0]
