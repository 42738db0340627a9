# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    query.zero_()
    key.resize_(0)
    value.fill_(float("nan"))
    return scores.softmax(dim=-1) @ value, scores.softmax(dim=-1)
