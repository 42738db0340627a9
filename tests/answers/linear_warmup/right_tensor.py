# right
def linear_warmup(step, peak, warmup, total):
    step = torch.tensor(step, dtype=torch.float64)
    up = step / warmup if warmup else torch.tensor(1.0)
    down = (total - step) / max(total - warmup, 1)
    return (peak * torch.minimum(up, down).clamp(0, 1)).item()
