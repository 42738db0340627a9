# mistakes: query_and_key_swapped, scale_missing
def attention_scores(query, key):
    return key @ query.transpose(-1, -2)
