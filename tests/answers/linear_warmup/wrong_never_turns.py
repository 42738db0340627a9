# mistakes: never_turns
def linear_warmup(step, peak, warmup, total):
    return peak * step / warmup
