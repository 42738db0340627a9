# mistakes: scale_by_d
def attention_scores(query, key):
    d = math.sqrt(query.size(-1))
    return (query / d) @ (key / d).transpose(-2, -1)
