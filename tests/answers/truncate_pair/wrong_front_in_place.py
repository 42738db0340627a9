# mistakes: cut_at_the_beginning, inputs_changed
def truncate_pair(a, b, max_tokens):
    while len(a) + len(b) > max_tokens:
        if len(a) > len(b):
            del a[0]
        else:
            del b[0]
    return a, b
