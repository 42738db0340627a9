# mistakes: softmax_already
def attention_scores(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    return scores.softmax(-1)
