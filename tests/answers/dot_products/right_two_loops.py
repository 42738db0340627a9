# right
def dot_products(vectors):
    n = vectors.shape[-2]
    out = vectors.new_zeros(*vectors.shape[:-2], n, n)
    for i in range(n):
        for j in range(n):
            out[..., i, j] = (vectors[..., i, :] * vectors[..., j, :]).sum(dim=-1)
    return out
