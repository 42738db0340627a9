# advice: fragile_hidden
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    weights = (query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))).softmax(-1)
    if mask is not None:
        weights = weights * mask
        weights = weights / weights.sum(-1, keepdim=True).clamp(min=1e-9)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
