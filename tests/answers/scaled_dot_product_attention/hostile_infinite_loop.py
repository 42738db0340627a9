# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    i = 0
    while i < query.size(-2):
        scores = query[..., i, :] @ key.transpose(-2, -1)
    return scores
