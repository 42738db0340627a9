# right
def dot_products(vectors):
    *lead, n, d = vectors.shape
    flat = vectors.reshape(-1, n, d)
    return torch.bmm(flat, flat.permute(0, 2, 1)).reshape(*lead, n, n)
