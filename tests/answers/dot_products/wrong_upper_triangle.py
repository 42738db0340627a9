# mistakes: none named
def dot_products(vectors):
    n = vectors.shape[-2]
    out = torch.zeros(*vectors.shape[:-2], n, n, dtype=vectors.dtype)
    for i in range(n):
        for j in range(i, n):
            out[..., i, j] = (vectors[..., i, :] * vectors[..., j, :]).sum(-1)
    return out
