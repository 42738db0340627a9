# mistakes: cut_in_proportion
def truncate_pair(a, b, max_tokens):
    total = len(a) + len(b)
    if total <= max_tokens:
        return a, b
    n = int(max_tokens * len(a) / total)
    return a[:n], b[: max_tokens - n]
