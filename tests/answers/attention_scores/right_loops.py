# right
def attention_scores(query, key):
    rows = []
    for i in range(query.size(-2)):
        row = []
        for j in range(key.size(-2)):
            row.append((query[..., i, :] * key[..., j, :]).sum(-1))
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=-2) / math.sqrt(query.size(-1))
