# right
def attention_scores(query, key):
    root = query.size(-1) ** 0.25
    return (query / root) @ (key / root).swapaxes(-2, -1)
