# mistakes: cut_in_turn
def truncate_pair(a, b, max_tokens):
    a, b = list(a), list(b)
    while len(a) + len(b) > max_tokens:
        if a:
            a.pop()
        if b and len(a) + len(b) > max_tokens:
            b.pop()
    return a, b
