# right
def linear_warmup(step, peak, warmup, total):
    def multiplier(current):
        if current < warmup:
            return float(current) / float(max(1, warmup))
        return max(0.0, float(total - current) / float(max(1, total - warmup)))

    return peak * multiplier(step)
