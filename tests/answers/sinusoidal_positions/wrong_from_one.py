# mistakes: positions_from_one
def sinusoidal_positions(max_len, d_model):
    t = torch.arange(1, max_len + 1)[:, None]
    angles = t / 10_000 ** (torch.arange(0, d_model, 2) / d_model)
    table = torch.empty(max_len, d_model)
    table[:, 0::2] = angles.sin()
    table[:, 1::2] = angles.cos()
    return table
