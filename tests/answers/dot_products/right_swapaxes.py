# right
def dot_products(vectors):
    flipped = vectors.swapaxes(-1, -2)
    return vectors.matmul(flipped)
