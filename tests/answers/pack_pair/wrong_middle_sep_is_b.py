# mistakes: middle_sep_is_b
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    short_a, short_b = truncate_pair(a, b or [], max_len - (3 if b else 2))
    ids = [cls, *short_a, sep]
    segments = [0] * len(ids)
    if b:
        segments[-1] = 1
        ids += [*short_b, sep]
        segments += [1] * (len(short_b) + 1)
    n, n_pad = len(ids), max_len - len(ids)
    return ids + [pad] * n_pad, segments + [0] * n_pad, [1] * n + [0] * n_pad
