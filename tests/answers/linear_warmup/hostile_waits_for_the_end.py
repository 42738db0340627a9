# outcome: incorrect
def linear_warmup(step, peak, warmup, total):
    rate = 0.0
    while step < total:
        rate += peak / warmup
    return rate
