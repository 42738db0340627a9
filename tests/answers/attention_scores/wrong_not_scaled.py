# mistakes: scale_missing
def attention_scores(query, key):
    return query @ key.transpose(-2, -1)
