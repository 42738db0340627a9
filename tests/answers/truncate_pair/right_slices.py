# right
def truncate_pair(a, b, max_tokens):
    excess = len(a) + len(b) - max_tokens
    for _ in range(max(0, excess)):
        a, b = (a[:-1], b) if len(a) > len(b) else (a, b[:-1])
    return a, b
