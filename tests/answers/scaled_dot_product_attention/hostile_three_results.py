# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    weights = scores.softmax(-1)
    return weights @ value, weights, scores
