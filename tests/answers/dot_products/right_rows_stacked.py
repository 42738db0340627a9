# right
def dot_products(vectors):
    rows = [vectors @ v.unsqueeze(-1) for v in vectors.unbind(dim=-2)]
    return torch.cat(rows, dim=-1)
