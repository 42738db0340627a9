# right
def sinusoidal_positions(max_len, d_model):
    j = torch.arange(d_model)
    angles = torch.arange(max_len)[:, None] * 10_000.0 ** (-2 * (j // 2) / d_model)
    return torch.where(j % 2 == 0, angles.sin(), angles.cos())
