# right
def dot_products(vectors):
    return torch.einsum("...id,...jd->...ij", vectors, vectors)
