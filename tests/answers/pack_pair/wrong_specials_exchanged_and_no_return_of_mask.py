# mistakes: none named
def pack_pair(a, b, max_len, cls, sep, pad=0):
    ids = [sep, *a, cls] + ([*b, cls] if b else [])
    return ids + [pad] * (max_len - len(ids)), [0] * max_len
