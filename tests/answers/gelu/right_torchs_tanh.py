# right
def gelu(x):
    return nn.GELU(approximate="tanh")(x)
