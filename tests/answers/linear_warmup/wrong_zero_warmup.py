# mistakes: warmup_of_0
def linear_warmup(step, peak, warmup, total):
    up = peak * step / warmup
    down = peak * (total - step) / max(1, total - warmup)
    return max(0.0, min(up, down))
