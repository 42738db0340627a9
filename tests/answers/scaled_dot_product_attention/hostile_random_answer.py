# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    weights = torch.rand(*query.shape[:-1], key.size(-2), dtype=query.dtype).softmax(-1)
    return weights @ value, weights
