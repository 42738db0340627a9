# right
def linear_warmup(step, peak, warmup, total):
    up = step / max(1, warmup)
    down = (total - step) / max(1, total - warmup)
    return peak * max(0.0, min(1.0, up, down))
