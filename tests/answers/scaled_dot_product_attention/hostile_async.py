# outcome: incorrect
async def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    weights = scores.softmax(dim=-1)
    return weights @ value, weights
