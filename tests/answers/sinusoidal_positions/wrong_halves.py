# mistakes: halves
def sinusoidal_positions(max_len, d_model):
    angles = torch.arange(max_len)[:, None] / 10_000 ** (torch.arange(0, d_model, 2) / d_model)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)
