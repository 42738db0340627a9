# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    scores.softmax(dim=-1) @ value
