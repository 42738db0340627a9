# right
def truncate_pair(a, b, max_tokens):
    a = a[:]
    b = b[:]
    while True:
        if len(a) + len(b) <= max_tokens:
            break
        if len(a) >= len(b):
            a.pop()
        else:
            b.pop()
    return a, b
