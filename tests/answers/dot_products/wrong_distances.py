# mistakes: none named
def dot_products(vectors):
    return torch.cdist(vectors, vectors)
