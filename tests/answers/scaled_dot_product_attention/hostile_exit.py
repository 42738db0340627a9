# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    exit()
