# mistakes: scale_rounded_down
def attention_scores(query, key):
    return query @ key.transpose(-2, -1) / int(math.sqrt(query.size(-1)))
