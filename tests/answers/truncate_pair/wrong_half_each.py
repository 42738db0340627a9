# mistakes: half_each
def truncate_pair(a, b, max_tokens):
    half = max_tokens // 2
    return a[:half], b[: max_tokens - half]
