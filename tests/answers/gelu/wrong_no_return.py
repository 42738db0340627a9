# mistakes: nothing_returned
def gelu(x):
    0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
