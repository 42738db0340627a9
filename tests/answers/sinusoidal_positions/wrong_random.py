# mistakes: none named
def sinusoidal_positions(max_len, d_model):
    return torch.nn.Embedding(max_len, d_model).weight.detach()
