# mistakes: dropout_on_scores
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
    if dropout is not None:
        scores = dropout(scores)
    weights = scores.softmax(dim=-1)
    return weights @ value, weights
