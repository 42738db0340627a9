# mistakes: no_warmup
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak
    return peak * max(0, total - step) / (total - warmup)
