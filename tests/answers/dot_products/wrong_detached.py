# mistakes: gradient_stopped
def dot_products(vectors):
    v = vectors.detach()
    return v @ v.transpose(-2, -1)
