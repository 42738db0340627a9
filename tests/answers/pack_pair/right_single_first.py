# advice: empty_is_a_pair
def pack_pair(a, b, max_len, cls, sep, pad=0):
    if b is None:
        ids = [cls] + a[: max_len - 2] + [sep]
        n = len(ids)
        return ids + [pad] * (max_len - n), [0] * max_len, [1] * n + [0] * (max_len - n)
    n, m = len(a), len(b)
    while n + m > max_len - 3:
        n, m = (n - 1, m) if n > m else (n, m - 1)
    used = n + m + 3
    ids = [cls, *a[:n], sep, *b[:m], sep] + [pad] * (max_len - used)
    segments = [0] * (n + 2) + [1] * (m + 1) + [0] * (max_len - used)
    return ids, segments, [1] * used + [0] * (max_len - used)
