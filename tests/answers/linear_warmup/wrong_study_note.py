# mistakes: none named
def linear_warmup(step, peak, warmup, total, d_model=768):
    scale = d_model**-0.5
    return scale * min(step**-0.5, step * warmup**-1.5)
