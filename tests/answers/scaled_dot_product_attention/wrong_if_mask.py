# mistakes: mask_truth_value
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    if mask:
        scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=-1)
    if dropout:
        weights = dropout(weights)
    return weights @ value, weights
