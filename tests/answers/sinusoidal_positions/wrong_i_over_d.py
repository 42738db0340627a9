# mistakes: exponent_halved
def sinusoidal_positions(max_len, d_model):
    angles = torch.arange(max_len)[:, None] / 10_000 ** (torch.arange(d_model // 2) / d_model)
    table = torch.empty(max_len, d_model)
    table[:, 0::2] = angles.sin()
    table[:, 1::2] = angles.cos()
    return table
