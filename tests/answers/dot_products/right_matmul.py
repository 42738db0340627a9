# right
def dot_products(vectors: Tensor) -> Tensor:
    return torch.matmul(vectors, vectors.transpose(-1, -2))
