# mistakes: one_ahead
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * max(0, total - step) / (total - warmup)
