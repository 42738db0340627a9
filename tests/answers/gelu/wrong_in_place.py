# mistakes: input_changed_in_place
def gelu(x):
    x *= 0.5 * (1 + torch.erf(x / math.sqrt(2)))
    return x
