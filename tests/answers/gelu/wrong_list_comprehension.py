# mistakes: gradient_stopped, cast_to_float
def gelu(x):
    flat = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.flatten().tolist()]
    return torch.tensor(flat).reshape(x.shape)
