# mistakes: axes_1_2_swapped
def dot_products(vectors):
    return vectors @ vectors.transpose(1, 2)
