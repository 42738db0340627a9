# right
def sinusoidal_positions(max_len, d_model):
    table = torch.zeros(max_len, d_model)
    for t in range(max_len):
        for j in range(d_model):
            angle = t / 10000 ** ((j - j % 2) / d_model)
            table[t, j] = math.sin(angle) if j % 2 == 0 else math.cos(angle)
    return table
