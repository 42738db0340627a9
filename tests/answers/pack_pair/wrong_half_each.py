# mistakes: half_each
def pack_pair(a, b, max_len, cls, sep, pad=0):
    if b:
        half = (max_len - 3) // 2
        first, second = [cls, *a[:half], sep], [*b[: max_len - 3 - half], sep]
    else:
        first, second = [cls, *a[: max_len - 2], sep], []
    n_pad = max_len - len(first + second)
    ids = first + second + [pad] * n_pad
    segments = [0] * len(first) + [1] * len(second) + [0] * n_pad
    return ids, segments, [1] * (max_len - n_pad) + [0] * n_pad
