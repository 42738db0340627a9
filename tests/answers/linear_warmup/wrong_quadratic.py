# mistakes: curved_rise
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * (step / warmup) ** 2
    return peak * max(0, total - step) / (total - warmup)
