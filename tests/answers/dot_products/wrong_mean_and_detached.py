# mistakes: none named
def dot_products(vectors):
    with torch.no_grad():
        return (vectors.unsqueeze(-2) * vectors.unsqueeze(-3)).mean(-1)
