# mistakes: no_room_for_specials
from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    short_a, short_b = truncate_pair(a, b or [], max_len)
    ids = [cls, *short_a, sep] + ([*short_b, sep] if b else [])
    segments = [0] * (len(short_a) + 2) + [1] * (len(ids) - len(short_a) - 2)
    n, n_pad = len(ids), max_len - len(ids)
    return ids + [pad] * n_pad, segments + [0] * n_pad, [1] * n + [0] * n_pad
