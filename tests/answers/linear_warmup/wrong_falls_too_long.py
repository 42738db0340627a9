# mistakes: falls_too_long
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * max(0.0, 1 - (step - warmup) / total)
