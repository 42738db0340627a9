# mistakes: none named
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    weights = attention_scores(query, key).softmax(-1)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask), weights
