# mistakes: root_of_two_missing
def gelu(x):
    return x * (1 + torch.erf(x)) / 2
