# mistakes: scale_by_key_length
def attention_scores(query, key):
    return query @ key.transpose(-2, -1) / math.sqrt(key.size(-2))
