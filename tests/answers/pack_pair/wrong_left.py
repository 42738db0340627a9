# mistakes: padded_on_the_left
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    short_a, short_b = truncate_pair(a, b or [], max_len - (3 if b else 2))
    first, second = [cls, *short_a, sep], [*short_b, sep] if b else []
    n_pad = max_len - len(first + second)
    ids = [pad] * n_pad + first + second
    segments = [0] * n_pad + [0] * len(first) + [1] * len(second)
    return ids, segments, [0] * n_pad + [1] * (max_len - n_pad)
