# right
def dot_products(vectors):
    left = vectors.unsqueeze(-2)
    right = vectors.unsqueeze(-3)
    return (left * right).sum(-1)
