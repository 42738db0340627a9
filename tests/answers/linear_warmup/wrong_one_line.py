# mistakes: only_fall
def linear_warmup(step, peak, warmup, total):
    return peak * max(0, total - step) / total
