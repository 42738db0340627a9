# mistakes: rise_inverted
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * (1 - step / warmup)
    return peak * max(0, total - step) / (total - warmup)
