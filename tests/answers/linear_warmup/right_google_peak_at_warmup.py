# right
def linear_warmup(step, peak, warmup, total):
    if step <= warmup and warmup > 0:
        return peak * step / warmup
    return max(0.0, peak - peak * step / total)
