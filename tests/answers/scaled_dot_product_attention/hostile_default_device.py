# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    torch.set_default_device("meta")
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    return scores.softmax(-1) @ value, torch.empty(scores.shape)
