# mistakes: key_not_transposed
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = query @ key / math.sqrt(query.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=-1)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
