# mistakes: none named
def attention_scores(query, key):
    d = query.size()
    return query @ key.transpose(-2, -1) / math.sqrt(d)
