# mistakes: only_b_cut
def truncate_pair(a, b, max_tokens):
    b = list(b)
    while b and len(a) + len(b) > max_tokens:
        b.pop()
    return a, b
