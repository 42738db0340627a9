# mistakes: cosine
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    done = min(1.0, (step - warmup) / (total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * done))
