# mistakes: scale_by_d
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = query @ key.transpose(-2, -1)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -100.0)
    weights = (scores / query.size(-1)).softmax(dim=-1)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
