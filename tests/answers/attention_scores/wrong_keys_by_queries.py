# mistakes: query_and_key_swapped
def attention_scores(query, key):
    return key @ query.transpose(-2, -1) / math.sqrt(query.size(-1))
