# mistakes: scale_by_d, dropout_on_context
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = query @ key.transpose(-2, -1) / query.shape[-1]
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    weights = scores.softmax(-1)
    context = weights @ value
    if dropout is not None:
        context = dropout(context)
    return context, weights
