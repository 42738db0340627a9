# mistakes: empty_is_nan, input_overwritten
def masked_mean(x, mask):
    m = mask.to(x.dtype)
    x *= m.unsqueeze(-1)
    return x.sum(1) / m.sum(1, keepdim=True)
