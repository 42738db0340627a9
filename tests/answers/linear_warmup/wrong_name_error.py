# mistakes: none named
def linear_warmup(step, peak, warmup, total):
    if step < warmup_steps:
        return peak * step / warmup
    return peak * max(0, total - step) / (total - warmup)
