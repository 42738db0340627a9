# right
def first_function(x):
    return torch.full_like(x, 2) * x + torch.ones_like(x)
