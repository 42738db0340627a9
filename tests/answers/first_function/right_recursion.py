# right
def first_function(x):
    if x.dim() == 0 or len(x) == 0:
        return x + x + 1
    return torch.stack([first_function(row) for row in x])
