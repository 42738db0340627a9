# right
def sinusoidal_positions(max_len, d_model):
    feature = torch.arange(d_model)
    power = (feature - feature % 2) / d_model
    angles = torch.arange(max_len).unsqueeze(1) / torch.pow(torch.tensor(10000.0), power)
    return torch.sin(angles + math.pi / 2 * (feature % 2))
