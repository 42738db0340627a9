# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    raise_from_torch = nn.Module()
    return raise_from_torch(query, key, value, mask, dropout)
