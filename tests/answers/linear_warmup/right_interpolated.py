# right
def linear_warmup(step, peak, warmup, total):
    import numpy as np

    if warmup == 0:
        return np.interp(step, [0, total], [peak, 0.0])
    return np.interp(step, [0, warmup, total], [0.0, peak, 0.0])
