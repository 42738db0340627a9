# right
def attention_scores(query, key):
    d_k = key.size(-1)
    scores = torch.matmul(query, key.transpose(-1, -2))
    return scores / torch.sqrt(torch.tensor(d_k, dtype=torch.float32))
