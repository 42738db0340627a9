# right
def merge_heads(x: Tensor) -> Tensor:
    B, H, S, d = x.shape
    return x.transpose(1, 2).contiguous().view(B, S, H * d)
