# mistakes: features_compared
def dot_products(vectors):
    return vectors.transpose(-2, -1) @ vectors
