# advice: few_digits
def gelu(x):
    # the area under the bell curve from -8 to x, by the trapezium rule
    steps = torch.linspace(0, 1, 400, dtype=x.dtype)
    points = -8 + (x.unsqueeze(-1) + 8) * steps
    height = torch.exp(-(points**2) / 2) / math.sqrt(2 * math.pi)
    return x * torch.trapezoid(height, points, dim=-1)
