# advice: fall_of_0
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return max(0.0, peak * (total - step) / (total - warmup))
