# outcome: incorrect
def pack_pair(a, b, max_len, cls, sep, pad=0):
    ids = [cls, *a, sep, *(b or []), sep]
    while len(ids) != max_len:
        ids = ids[:-1] + [pad]
    return ids, [0] * max_len, [1] * max_len
