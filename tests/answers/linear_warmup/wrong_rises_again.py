# mistakes: rises_again
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * (step - warmup) / (total - warmup)
