# mistakes: segments_not_padded, mask_all_ones
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    short_a, short_b = truncate_pair(a, b or [], max_len - (3 if b else 2))
    first, second = [cls, *short_a, sep], [*short_b, sep] if b else []
    ids = first + second
    ids += [pad] * (max_len - len(ids))
    return ids, [0] * len(first) + [1] * len(second), [1] * len(ids)
