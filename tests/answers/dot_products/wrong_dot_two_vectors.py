# mistakes: none named
def dot_products(vectors):
    return torch.dot(vectors, vectors)
