# right
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = query @ key.mT * query.size(-1) ** -0.5
    if mask is not None:
        lowest = torch.finfo(scores.dtype).min
        scores = scores.masked_fill(mask.logical_not(), lowest)
    weights = F.softmax(scores, dim=-1)
    weights = dropout(weights) if dropout else weights
    return weights @ value, weights
