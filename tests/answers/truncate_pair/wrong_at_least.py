# mistakes: one_too_many
def truncate_pair(a, b, max_tokens):
    a, b = list(a), list(b)
    while a + b and len(a) + len(b) >= max_tokens:
        longer = a if len(a) > len(b) else b
        longer.pop()
    return a, b
