# mistakes: cosine, all_axes_reversed
def dot_products(vectors):
    norms = vectors.norm(dim=-1, keepdim=True)
    vectors = vectors / norms
    return vectors @ vectors.T
