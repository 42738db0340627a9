# right
def merge_heads(x):
    heads = []
    for h in range(x.size(1)):
        heads.append(x[:, h])
    return torch.cat(heads, dim=2)
