# mistakes: all_axes_reversed
def dot_products(vectors):
    return vectors @ vectors.T
