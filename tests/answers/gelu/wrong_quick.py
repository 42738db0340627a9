# mistakes: sigmoid_form
def gelu(x):
    return x * torch.sigmoid(1.702 * x)
