# right
def merge_heads(x):
    b, h, s, d = x.shape
    out = torch.zeros(b, s, h * d, dtype=x.dtype, device=x.device)
    for i in range(h):
        out[..., i * d : (i + 1) * d] = x[:, i]
    return out
