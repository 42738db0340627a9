# mistakes: masked_row_nan, dropout_on_context
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -math.inf)
    weights = scores.softmax(dim=-1)
    context = weights @ value
    return (context if dropout is None else dropout(context)), weights
