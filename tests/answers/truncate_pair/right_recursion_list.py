# right
def truncate_pair(a, b, max_tokens):
    if len(a) + len(b) <= max_tokens:
        return [a, b]
    if len(b) > len(a):
        return truncate_pair(a, b[: len(b) - 1], max_tokens)
    return truncate_pair(a[: len(a) - 1], b, max_tokens)
