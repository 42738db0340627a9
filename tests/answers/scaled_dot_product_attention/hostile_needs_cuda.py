# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    query, key, value = query.cuda(), key.cuda(), value.cuda()
    weights = attention_scores(query, key).softmax(dim=-1)
    return weights @ value, weights
