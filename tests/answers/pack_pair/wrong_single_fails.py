# mistakes: single_fails
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    a, b = truncate_pair(a, b, max_len - 3)
    ids = [cls, *a, sep, *b, sep]
    n_pad = max_len - len(ids)
    segments = [0] * (len(a) + 2) + [1] * (len(b) + 1) + [0] * n_pad
    return ids + [pad] * n_pad, segments, [1] * len(ids) + [0] * n_pad
