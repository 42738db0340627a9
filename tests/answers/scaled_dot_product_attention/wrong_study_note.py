# mistakes: softmax_over_heads, weights_not_returned
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = torch.matmul(query, key.transpose(-2, -1)) / math.sqrt(query.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    shares = F.softmax(scores, dim=1)
    if dropout is not None:
        shares = dropout(shares)
    return torch.matmul(shares, value)
