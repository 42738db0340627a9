# advice: fragile_half
NEGATIVE = -1e9


def scaled_dot_product_attention(q, k, v, mask=None, dropout=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(k.size(-1))
    if mask is not None:
        scores = scores + (1 - mask.int()) * NEGATIVE
    w = torch.softmax(scores, -1)
    if dropout:
        w = dropout(w)
    return w @ v, w
