# right
def attention_scores(query: Tensor, key: Tensor) -> Tensor:
    d = query.size(-1)
    return query @ key.transpose(-2, -1) / d**0.5
