# right
def truncate_pair(a, b, max_tokens):
    if len(a) + len(b) <= max_tokens:
        return list(a), list(b)
    half = max_tokens // 2
    if len(b) <= half:
        return a[: max_tokens - len(b)], b[:]
    if len(a) <= half:
        return a[:], b[: max_tokens - len(a)]
    return a[: max_tokens - half], b[:half]
