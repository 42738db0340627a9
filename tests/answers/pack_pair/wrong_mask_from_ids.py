# mistakes: mask_from_ids
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    short_a, short_b = truncate_pair(a, b or [], max_len - (3 if b else 2))
    first, second = [cls, *short_a, sep], [*short_b, sep] if b else []
    n_pad = max_len - len(first + second)
    ids = first + second + [pad] * n_pad
    segments = [0] * len(first) + [1] * len(second) + [0] * n_pad
    return ids, segments, [1 if token != pad else 0 for token in ids]
