# right
def gelu(x):
    # 1 + tanh(z) is twice the sigmoid of 2z
    z = (2 / math.pi) ** 0.5 * (x + 0.044715 * x**3)
    return x * torch.sigmoid(2 * z)
