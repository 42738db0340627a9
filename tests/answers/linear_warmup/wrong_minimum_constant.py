# mistakes: no_fall, warmup_of_0
def linear_warmup(step, peak, warmup, total):
    return peak * min(1.0, step / warmup)
