# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    weights = attention_scores(query, key).softmax(dim=-1)
    context = torch.quantize_per_tensor((weights @ value).float(), 0.1, 0, torch.qint8)
    return context, weights
