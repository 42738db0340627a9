# mistakes: b_cut_first
def truncate_pair(a, b, max_tokens):
    a = a[:max_tokens]
    return a, b[: max_tokens - len(a)]
