# mistakes: below_zero
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * (1 - step / total)
