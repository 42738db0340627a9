# mistakes: turned
def sinusoidal_positions(max_len, d_model):
    angles = torch.arange(max_len) / 10_000 ** (torch.arange(0, d_model, 2)[:, None] / d_model)
    table = torch.empty(d_model, max_len)
    table[0::2] = angles.sin()
    table[1::2] = angles.cos()
    return table
