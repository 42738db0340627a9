# mistakes: query_changed_in_place
def attention_scores(query, key):
    query /= math.sqrt(query.size(-1))
    return query @ key.transpose(-2, -1)
