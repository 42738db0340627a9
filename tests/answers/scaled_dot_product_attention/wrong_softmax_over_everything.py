# mistakes: softmax_over_all_pairs
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
    weights = scores.flatten(-2).softmax(-1).view_as(scores)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
