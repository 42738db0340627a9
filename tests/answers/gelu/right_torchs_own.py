# right
def gelu(x):
    return F.gelu(x)
