# mistakes: scale_constant
def attention_scores(query, key):
    return query @ key.transpose(-2, -1) / 8
