# mistakes: half_missing, cast_to_float
def gelu(x):
    x = x.float()
    return x * (1 + torch.erf(x / math.sqrt(2)))
