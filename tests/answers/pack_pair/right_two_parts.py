# right
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    a, b = truncate_pair(a, b or [], max_len - (3 if b else 2))
    first = [cls, *a, sep]
    second = [*b, sep] if b else []
    n_pad = max_len - len(first) - len(second)
    ids = first + second + [pad] * n_pad
    segments = [0] * len(first) + [1] * len(second) + [0] * n_pad
    mask = [1] * (max_len - n_pad) + [0] * n_pad
    return ids, segments, mask
