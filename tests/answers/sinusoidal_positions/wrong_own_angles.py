# mistakes: own_angle_for_cosines
def sinusoidal_positions(max_len, d_model):
    angles = torch.arange(max_len)[:, None] / 10_000 ** (torch.arange(d_model) / d_model)
    angles[:, 0::2] = angles[:, 0::2].sin()
    angles[:, 1::2] = angles[:, 1::2].cos()
    return angles
