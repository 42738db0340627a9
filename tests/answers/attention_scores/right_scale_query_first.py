# right
def attention_scores(query, key):
    query = query / math.sqrt(query.size(-1))
    return torch.matmul(query, key.mT)
