# right
def mean_cross_entropy(logits, labels):
    predicted = labels != -100
    safe = labels.masked_fill(~predicted, 0)
    log_p = logits.log_softmax(dim=-1).gather(-1, safe[..., None]).squeeze(-1)
    return -(log_p * predicted).sum() / predicted.sum().clamp(min=1)
