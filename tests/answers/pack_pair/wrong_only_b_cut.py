# mistakes: only_b_cut
def pack_pair(a, b, max_len, cls, sep, pad=0):
    first = [cls, *a, sep]
    second = [*b[: max(0, max_len - len(first) - 1)], sep] if b else []
    n_pad = max(0, max_len - len(first + second))
    ids = first + second + [pad] * n_pad
    segments = [0] * len(first) + [1] * len(second) + [0] * n_pad
    return ids, segments, [1] * len(first + second) + [0] * n_pad
