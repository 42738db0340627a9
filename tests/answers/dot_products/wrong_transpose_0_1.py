# mistakes: first_axes_swapped
def dot_products(vectors):
    return vectors @ vectors.transpose(0, 1)
