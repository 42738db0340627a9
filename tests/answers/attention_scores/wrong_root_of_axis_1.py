# mistakes: scale_by_axis_1
def attention_scores(query, key):
    return query @ key.transpose(-2, -1) / math.sqrt(query.size(1))
