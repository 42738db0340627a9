# mistakes: peak_forgotten, falls_too_long
def linear_warmup(step, peak, warmup, total):
    if step < warmup:
        return step / warmup
    return max(0, 1 - (step - warmup) / total)
