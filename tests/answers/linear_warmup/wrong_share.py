# mistakes: warmup_as_share
def linear_warmup(step, peak, warmup, total):
    warmup = int(warmup * total)
    if step < warmup:
        return peak * step / warmup
    return peak * max(0.0, total - step) / (total - warmup)
