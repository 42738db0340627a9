# outcome: correct
def mix(query, key, value, mask, dropout):
    scores = attention_scores(query, key)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=-1)
    weights = weights if dropout is None else dropout(weights)
    return weights @ value, weights


scaled_dot_product_attention = lambda q, k, v, mask=None, dropout=None: mix(q, k, v, mask, dropout)
