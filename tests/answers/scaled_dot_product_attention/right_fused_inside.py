# right
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    bias = None
    if mask is not None:
        bias = torch.zeros_like(scores).masked_fill(mask == 0, torch.finfo(scores.dtype).min)
        scores = scores + bias
    weights = scores.softmax(-1)
    if dropout is None:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=bias), weights
    weights = dropout(weights)
    return weights @ value, weights
