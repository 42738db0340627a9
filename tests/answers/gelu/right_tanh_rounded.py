# advice: few_digits
def gelu(x):
    return 0.5 * x * (1 + torch.tanh(0.798 * (x + 0.0447 * x**3)))
