# mistakes: none named
def dot_products(vectors):
    return (vectors @ vectors.transpose(-2, -1)).softmax(dim=-1)
