# mistakes: rise_over_total
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / total
    return peak * max(0, total - step) / (total - warmup)
