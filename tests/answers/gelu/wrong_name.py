# mistakes: none named
def gelu(x):
    return x * phi(x)
