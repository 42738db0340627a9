# advice: double_precision
import numpy as np


def sinusoidal_positions(max_len, d_model):
    t, j = np.arange(max_len)[:, None], np.arange(d_model)[None, :]
    angles = t / np.power(10000, 2 * (j // 2) / d_model)
    angles[:, 0::2] = np.sin(angles[:, 0::2])
    angles[:, 1::2] = np.cos(angles[:, 1::2])
    return torch.from_numpy(angles)
