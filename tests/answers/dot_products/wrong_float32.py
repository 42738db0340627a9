# mistakes: cast_to_float
def dot_products(vectors):
    out = torch.zeros(*vectors.shape[:-1], vectors.shape[-2])
    out[:] = vectors @ vectors.transpose(-2, -1)
    return out
