# right
def attention_scores(query, key):
    d_k = torch.tensor(query.shape[-1])
    return query @ key.transpose(-2, -1) / torch.sqrt(d_k)
