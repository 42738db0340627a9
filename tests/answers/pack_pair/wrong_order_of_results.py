# mistakes: mask_second
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    short_a, short_b = truncate_pair(a, b or [], max_len - (3 if b else 2))
    first, second = [cls, *short_a, sep], [*short_b, sep] if b else []
    n = len(first + second)
    ids = first + second + [pad] * (max_len - n)
    segments = [0] * len(first) + [1] * len(second) + [0] * (max_len - n)
    return ids, [1] * n + [0] * (max_len - n), segments
