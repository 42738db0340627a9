# right
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    if step >= total:
        return 0.0
    return peak * (total - step) / (total - warmup)
