# mistakes: longer_chosen_once
def truncate_pair(a, b, max_tokens):
    a, b = list(a), list(b)
    longer = a if len(a) > len(b) else b
    while longer and len(a) + len(b) > max_tokens:
        longer.pop()
    return a, b
