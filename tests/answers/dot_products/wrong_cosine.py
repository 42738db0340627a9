# mistakes: cosine
def dot_products(vectors):
    unit = F.normalize(vectors, dim=-1)
    return unit @ unit.transpose(-2, -1)
