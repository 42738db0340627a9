# right
def split_heads(x, n_heads):
    d_head = x.shape[-1] // n_heads
    heads = torch.split(x, d_head, dim=2)
    return torch.cat([head.unsqueeze(1) for head in heads], dim=1)
