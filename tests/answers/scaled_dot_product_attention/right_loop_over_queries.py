# advice: fill_overflows_half
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    d = query.size(-1)
    if mask is not None:
        shape = torch.broadcast_shapes(mask.shape, (*query.shape[:-1], key.size(-2)))
        mask = mask.expand(shape)
    rows = []
    for i in range(query.size(-2)):
        q = query[..., i : i + 1, :]
        s = (q * key).sum(-1) / math.sqrt(d)
        if mask is not None:
            s = s.masked_fill(mask[..., i, :] == 0, -1e9)
        rows.append(s.softmax(-1))
    weights = torch.stack(rows, dim=-2)
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights
