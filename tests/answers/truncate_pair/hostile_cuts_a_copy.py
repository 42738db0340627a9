# outcome: incorrect
def truncate_pair(a, b, max_tokens):
    while len(a) + len(b) > max_tokens:
        longer = a if len(a) > len(b) else b
        longer = longer[:-1]
    return a, b
