# mistakes: none named
import numpy as np


def first_function(x):
    return 2 * np.asarray(x) + 1
