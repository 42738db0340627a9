# mistakes: shorter_cut
def truncate_pair(a, b, max_tokens):
    a, b = list(a), list(b)
    while len(a) + len(b) > max_tokens:
        shorter, other = (a, b) if len(a) < len(b) else (b, a)
        (shorter or other).pop()
    return a, b
