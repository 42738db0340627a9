# mistakes: each_cut_alone
def truncate_pair(a, b, max_tokens):
    return a[:max_tokens], b[:max_tokens]
