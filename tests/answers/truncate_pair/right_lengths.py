# right
def truncate_pair(a, b, max_tokens):
    n, m = len(a), len(b)
    while n + m > max_tokens:
        if n > m:
            n -= 1
        else:
            m -= 1
    return a[:n], b[:m]
