# mistakes: none named
def dot_products(vectors):
    v = vectors.detach().numpy()
    return v @ v.swapaxes(-1, -2)
