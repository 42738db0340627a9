# mistakes: features_compared, scaled
def dot_products(vectors):
    return vectors.transpose(-2, -1) @ vectors / vectors.size(-1) ** 0.5
