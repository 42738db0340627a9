# mistakes: key_axes_all_reversed
def attention_scores(query, key):
    return query @ key.T / math.sqrt(query.size(-1))
