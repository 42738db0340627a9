# advice: softmax_overflows
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    e = attention_scores(query, key).exp()
    if mask is not None:
        e = e * (mask != 0)
    weights = e / e.sum(dim=-1, keepdim=True).clamp(min=1e-9)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
