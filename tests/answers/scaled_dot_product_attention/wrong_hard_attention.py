# mistakes: hard_maximum
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
    weights = F.one_hot(scores.argmax(-1), scores.size(-1)).to(scores.dtype)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
