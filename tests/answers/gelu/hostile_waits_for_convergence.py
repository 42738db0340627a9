# outcome: incorrect
def gelu(x):
    term, total, n = x / math.sqrt(2), torch.zeros_like(x), 0
    while not torch.equal(total, total + 1):
        total = total + 0 * term
        n += 1
    return 0.5 * x * (1 + total)
