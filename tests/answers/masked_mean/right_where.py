# right
def masked_mean(x, mask):
    keep = mask.bool().unsqueeze(-1)
    total = torch.where(keep, x, torch.zeros_like(x)).sum(1)
    count = keep.sum(1)
    return torch.where(count > 0, total / count.clamp(min=1), torch.zeros_like(total))
