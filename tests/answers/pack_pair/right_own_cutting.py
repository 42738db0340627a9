# right
def pack_pair(a, b, max_len, cls, sep, pad=0):
    a = list(a)
    b = list(b) if b is not None else []
    specials = 3 if b else 2
    while len(a) + len(b) + specials > max_len:
        if len(a) >= len(b):
            a.pop()
        else:
            b.pop()
    ids = [cls] + a + [sep]
    segments = [0] * len(ids)
    if specials == 3:
        ids += b + [sep]
        segments += [1] * (len(b) + 1)
    mask = [1] * len(ids)
    while len(ids) < max_len:
        ids.append(pad)
        segments.append(0)
        mask.append(0)
    return ids, segments, mask
