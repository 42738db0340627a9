# mistakes: mask_after_softmax
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    weights = scores.softmax(dim=-1)
    if mask is not None:
        weights = weights.masked_fill(mask == 0, 0)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
