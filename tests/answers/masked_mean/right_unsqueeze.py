# right
def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    weights = mask.to(x.dtype)[:, :, None]
    count = weights.sum(1).clamp(min=1)
    return (x * weights).sum(1) / count
