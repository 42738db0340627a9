# right
def linear_warmup(step, peak, warmup, total):
    step = min(step, total)
    if step < warmup:
        slope = peak / warmup
        return slope * step
    if step == total:
        return 0
    slope = peak / (total - warmup)
    return peak - slope * (step - warmup)
