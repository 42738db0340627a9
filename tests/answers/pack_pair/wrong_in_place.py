# mistakes: inputs_changed
def pack_pair(a, b, max_len, cls, sep, pad=0):
    b = [] if b is None else b
    specials = 3 if b else 2
    while len(a) + len(b) > max_len - specials:
        (a if len(a) > len(b) else b).pop()
    ids = [cls, *a, sep]
    segments = [0] * len(ids)
    if specials == 3:
        ids += [*b, sep]
        segments += [1] * (len(b) + 1)
    n, n_pad = len(ids), max_len - len(ids)
    return ids + [pad] * n_pad, segments + [0] * n_pad, [1] * n + [0] * n_pad
