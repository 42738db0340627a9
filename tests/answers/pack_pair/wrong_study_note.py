# mistakes: segments_from_one, mask_is_positive, cut_after_specials, single_fails
def pack_pair(a, b, max_len, cls, sep, pad=0):
    t1 = [cls] + a + [sep]
    t2 = b + [sep]
    ids = (t1 + t2)[:max_len]
    segments = ([1 for _ in range(len(t1))] + [2 for _ in range(len(t2))])[:max_len]
    padding = [pad for _ in range(max_len - len(ids))]
    ids.extend(padding)
    segments.extend([0] * len(padding))
    return ids, segments, [int(i > 0) for i in ids]
