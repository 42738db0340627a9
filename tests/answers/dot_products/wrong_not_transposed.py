# mistakes: not_transposed
def dot_products(vectors):
    return vectors @ vectors
