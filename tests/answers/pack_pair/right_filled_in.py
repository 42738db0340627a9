# right
def pack_pair(a, b, max_len, cls, sep, pad=0):
    from bertcourse import truncate_pair

    ids, segments, mask = [pad] * max_len, [0] * max_len, [0] * max_len
    place = 0

    def put(token, segment):
        nonlocal place
        ids[place], segments[place], mask[place] = token, segment, 1
        place += 1

    short_a, short_b = truncate_pair(a, b if b else [], max_len - 2 - bool(b))
    put(cls, 0)
    for token in short_a:
        put(token, 0)
    put(sep, 0)
    if b:
        for token in short_b:
            put(token, 1)
        put(sep, 1)
    return ids, segments, mask
