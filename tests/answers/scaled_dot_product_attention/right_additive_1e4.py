# right
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    scores = torch.matmul(query, key.transpose(-1, -2))
    scores = scores / math.sqrt(query.shape[-1])
    if mask is not None:
        adder = (1.0 - mask.to(scores.dtype)) * -10000.0
        scores = scores + adder
    probs = nn.Softmax(dim=-1)(scores)
    if dropout is not None:
        probs = dropout(probs)
    context = torch.matmul(probs, value)
    return context, probs
