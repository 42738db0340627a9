# right
def mean_cross_entropy(logits, labels):
    predicted = labels != -100
    if not predicted.any():
        return 0 * logits.sum()
    return F.cross_entropy(logits[predicted], labels[predicted])
