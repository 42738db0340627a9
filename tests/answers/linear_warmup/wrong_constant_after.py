# mistakes: no_fall
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak
