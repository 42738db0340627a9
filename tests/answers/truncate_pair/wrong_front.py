# mistakes: cut_at_the_beginning
def truncate_pair(a, b, max_tokens):
    a, b = list(a), list(b)
    while len(a) + len(b) > max_tokens:
        longer = a if len(a) > len(b) else b
        longer.pop(0)
    return a, b
