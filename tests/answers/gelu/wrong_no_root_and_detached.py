# mistakes: root_of_two_missing, gradient_stopped
def gelu(x):
    x = x.detach()
    return 0.5 * x * (1 + torch.erf(x))
