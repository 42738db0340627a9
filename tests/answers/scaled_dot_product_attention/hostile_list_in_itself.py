# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    result = []
    result.append(result)
    result.append(result)
    return result
