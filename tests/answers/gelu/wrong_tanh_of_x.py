# mistakes: tanh_of_x
def gelu(x):
    return 0.5 * x * (1 + torch.tanh(x))
