# mistakes: softmax_over_queries, results_swapped
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    weights = scores.softmax(-2)
    if dropout is not None:
        weights = dropout(weights)
    return weights, weights @ value
