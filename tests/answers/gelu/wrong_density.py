# mistakes: density
def gelu(x):
    return x * torch.distributions.Normal(0.0, 1.0).log_prob(x).exp()
