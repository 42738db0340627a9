# mistakes: nothing_returned
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        peak * step / warmup
    else:
        peak * max(0, total - step) / (total - warmup)
