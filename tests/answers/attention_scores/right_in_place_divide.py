# right
def attention_scores(query, key):
    scores = query @ key.movedim(-1, -2)
    scores /= math.sqrt(query.size(-1))
    return scores
