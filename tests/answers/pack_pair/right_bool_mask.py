# right
from itertools import chain, repeat

from bertcourse import truncate_pair


def pack_pair(a, b, max_len, cls, sep, pad=0):
    texts = [a, b] if b else [a]
    a, b = truncate_pair(a, b or (), max_len - len(texts) - 1)
    tokens = [(cls, 0)]
    for segment, text in enumerate((a, b)[: len(texts)]):
        tokens += zip(chain(text, [sep]), repeat(segment), strict=False)
    n_pad = max_len - len(tokens)
    ids, segments = map(list, zip(*tokens, *[(pad, 0)] * n_pad, strict=True))
    return ids, segments, [i < len(tokens) for i in range(max_len)]
