# mistakes: scale_multiplied
def attention_scores(query, key):
    return query @ key.transpose(-2, -1) * math.sqrt(query.size(-1))
