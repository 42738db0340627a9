# mistakes: dropout_of_its_own
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = attention_scores(query, key)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
    weights = F.dropout(scores.softmax(dim=-1), 0.1)
    return weights @ value, weights
