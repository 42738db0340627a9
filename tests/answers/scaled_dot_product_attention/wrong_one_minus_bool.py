# mistakes: mask_no_bool
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    if mask is not None:
        scores = scores + (1 - mask) * -10000.0
    weights = scores.softmax(dim=-1)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
