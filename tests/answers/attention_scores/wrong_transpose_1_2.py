# mistakes: key_axes_1_2_swapped
def attention_scores(query, key):
    return query @ key.transpose(1, 2) / math.sqrt(query.size(-1))
