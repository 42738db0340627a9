# mistakes: cut_after_specials
def pack_pair(a, b, max_len, cls, sep, pad=0):
    ids = [cls] + a + [sep]
    segments = [0] * len(ids)
    if b:
        ids += b + [sep]
        segments += [1] * (len(b) + 1)
    ids, segments = ids[:max_len], segments[:max_len]
    n_pad = max_len - len(ids)
    return ids + [pad] * n_pad, segments + [0] * n_pad, [1] * len(ids) + [0] * n_pad
