# right
def dot_products(vectors):
    return vectors @ vectors.mT
