# mistakes: mean_of_means
def mean_cross_entropy(logits, labels):
    if labels.dim() == 1:
        return F.cross_entropy(logits, labels)
    return sum(mean_cross_entropy(x, y) for x, y in zip(logits, labels)) / len(labels)
