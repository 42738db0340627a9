# mistakes: two_middle_seps, segments_all_zero
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    short_a, short_b = truncate_pair(a, b or [], max_len - (4 if b else 2))
    ids = [cls, *short_a, sep] + ([sep, *short_b, sep] if b else [])
    n_pad = max_len - len(ids)
    return ids + [pad] * n_pad, [0] * max_len, [1] * len(ids) + [0] * n_pad
