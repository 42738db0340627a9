# mistakes: only_four_axes
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    batch, heads, length, d_k = query.size()
    scores = query @ key.transpose(2, 3) / math.sqrt(d_k)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    weights = scores.softmax(dim=-1)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
