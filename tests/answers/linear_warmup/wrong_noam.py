# mistakes: root_fall, warmup_of_0
def linear_warmup(step, peak, warmup, total):
    if step == 0:
        return 0.0
    return peak * warmup**0.5 * min(step**-0.5, step * warmup**-1.5)
