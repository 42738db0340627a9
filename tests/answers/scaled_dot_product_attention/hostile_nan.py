# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    weights = attention_scores(query, key) * float("nan")
    return weights @ value, weights
