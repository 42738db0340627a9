# mistakes: masked_scores_zero, dropout_ignored
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, 1e-9)
    weights = F.softmax(scores, dim=-1)
    return weights @ value, weights
