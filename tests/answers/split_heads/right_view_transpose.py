# right
def split_heads(x: Tensor, n_heads: int) -> Tensor:
    B, S, D = x.size()
    return x.view(B, S, n_heads, D // n_heads).transpose(1, 2)
