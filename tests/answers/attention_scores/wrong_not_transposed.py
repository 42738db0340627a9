# mistakes: key_not_transposed
def attention_scores(query, key):
    return query @ key / math.sqrt(query.size(-1))
