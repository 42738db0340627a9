# mistakes: elementwise_product
def dot_products(vectors):
    return vectors * vectors
