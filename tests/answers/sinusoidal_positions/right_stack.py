# advice: odd_fails
def sinusoidal_positions(max_len, d_model):
    rates = torch.logspace(0, -4, d_model // 2 + 1)[:-1]
    angles = torch.outer(torch.arange(max_len).float(), rates)
    return torch.stack([angles.sin(), angles.cos()], dim=2).reshape(max_len, d_model)
