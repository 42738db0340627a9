# right
def split_heads(x, n_heads):
    bs, seq, d = x.shape
    return x.contiguous().view(bs, -1, n_heads, d // n_heads).swapaxes(1, 2).contiguous()
