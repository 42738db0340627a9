# mistakes: scale_by_d
def attention_scores(query, key):
    return query @ key.transpose(-2, -1) / query.size(-1)
