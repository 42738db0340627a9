# advice: fill_overflows_half
class Scores:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, query, key):
        return torch.einsum("...id,...jd->...ij", query, key) * self.scale


def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    softmax = nn.Softmax(dim=-1)
    scores = Scores(1 / math.sqrt(query.shape[-1]))(query, key)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, float("-1e20"))
    attn = softmax(scores)
    if dropout is not None:
        attn = dropout(attn)
    x = torch.einsum("...ij,...jd->...id", attn, value)
    return x, attn
