# mistakes: none named
def gelu(x):
    # the idea of the paper before it takes the mean: keep x with probability Φ(x)
    share = 0.5 * (1 + torch.erf(x / math.sqrt(2)))
    return x * (torch.rand_like(x) < share)
