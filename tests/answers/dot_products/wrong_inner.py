# mistakes: none named
def dot_products(vectors):
    return torch.inner(vectors, vectors)
