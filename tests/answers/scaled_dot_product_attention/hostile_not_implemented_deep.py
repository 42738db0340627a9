# outcome: not_attempted
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    def later():
        raise NotImplementedError

    scores = attention_scores(query, key)
    if mask is not None:
        later()
    weights = scores.softmax(-1)
    return weights @ value, weights
