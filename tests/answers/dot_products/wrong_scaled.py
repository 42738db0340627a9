# mistakes: scaled
def dot_products(vectors):
    return vectors @ vectors.transpose(-2, -1) / math.sqrt(vectors.size(-1))
