# mistakes: none named
def linear_warmup(step, peak, warmup, total):
    step = step - 1
    if step < warmup:
        return peak * step / warmup
    return peak * max(0, total - step) / (total - warmup)
