# right
def mean_cross_entropy(logits, labels):
    predicted = (labels != -100).to(logits.dtype)
    targets = F.one_hot(labels.clamp(min=0), logits.size(-1)).to(logits.dtype)
    losses = -(targets * logits.log_softmax(-1)).sum(-1)
    return (losses * predicted).sum() / predicted.sum().clamp(min=1)
