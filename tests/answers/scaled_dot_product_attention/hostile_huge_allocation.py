# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    everything = torch.empty(10**15)
    return everything, everything
