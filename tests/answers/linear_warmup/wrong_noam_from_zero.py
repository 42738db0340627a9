# mistakes: noam
def linear_warmup(step, peak, warmup, total):
    return peak * min(step ** (-0.5), step * warmup ** (-1.5))
