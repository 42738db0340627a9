# mistakes: mask_ignored, dropout_ignored
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    weights = attention_scores(query, key).softmax(dim=-1)
    return weights @ value, weights
