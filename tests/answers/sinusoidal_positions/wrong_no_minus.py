# mistakes: angles_multiplied
def sinusoidal_positions(max_len, d_model):
    position = torch.arange(max_len).double().unsqueeze(1)
    factor = torch.exp(torch.arange(0, d_model, 2).double() * (math.log(10000.0) / d_model))
    table = torch.empty(max_len, d_model)
    table[:, 0::2] = torch.sin(position * factor)
    table[:, 1::2] = torch.cos(position * factor)
    return table
