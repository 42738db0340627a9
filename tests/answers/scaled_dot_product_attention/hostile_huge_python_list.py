# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    numbers = [0.0] * 10**15
    return torch.tensor(numbers), None
