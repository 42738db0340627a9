# advice: fill_overflows_half
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    size = query.size(-1)
    scores = torch.matmul(query, key.transpose(-2, -1)) / math.sqrt(size)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    shares = scores.softmax(dim=-1)
    if dropout is not None:
        shares = dropout(shares)
    return torch.matmul(shares, value), shares
