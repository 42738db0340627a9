# mistakes: steps_left_unscaled
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * max(0, total - step)
