# right
def masked_mean(vectors, mask):
    expanded = mask.unsqueeze(-1).expand(vectors.size()).float()
    summed = torch.sum(vectors * expanded, 1)
    return summed / torch.clamp(expanded.sum(1), min=1e-9)
