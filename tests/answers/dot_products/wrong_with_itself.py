# mistakes: only_with_itself
def dot_products(vectors):
    return (vectors * vectors).sum(dim=-1)
