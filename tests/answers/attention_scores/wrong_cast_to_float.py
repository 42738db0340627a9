# mistakes: cast_to_float
def attention_scores(query, key):
    return query.float() @ key.float().transpose(-2, -1) / math.sqrt(query.size(-1))
