# mistakes: one_ahead, below_zero
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * (total - step) / max(1, total - warmup)
