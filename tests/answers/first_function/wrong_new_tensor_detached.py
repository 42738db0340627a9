# mistakes: gradient_stopped
def first_function(x):
    return torch.tensor((2 * x + 1).tolist())
