# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    weights = attention_scores(query, key).softmax(dim=-1)
    return (weights @ value).to("meta"), weights.to("meta")
