# mistakes: none named
def sinusoidal_positions(max_len, d_model):
    table = torch.zeros(max_len, d_model)
    for t in range(max_len):
        for i in range(d_model):
            angle = t / (10000 ** (2 * i / d_model))
            table[t, i] = math.sin(angle) if i % 2 == 0 else math.cos(angle)
    return table
