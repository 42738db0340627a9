# mistakes: none named
def dot_products(vectors):
    n = vectors.shape[-2]
    products = vectors @ vectors.transpose(-2, -1)
    return products * (1 - torch.eye(n, dtype=vectors.dtype))
