# mistakes: peak_forgotten
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return step / warmup
    return max(0.0, (total - step) / max(1, total - warmup))
