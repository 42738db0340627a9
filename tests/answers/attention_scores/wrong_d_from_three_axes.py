# mistakes: none named
def attention_scores(query, key):
    batch, length, d = query.shape
    return query @ key.transpose(-2, -1) / math.sqrt(d)
