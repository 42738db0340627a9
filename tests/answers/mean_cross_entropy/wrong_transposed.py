# mistakes: always_three_axes
def mean_cross_entropy(logits, labels):
    return F.cross_entropy(logits.transpose(1, 2), labels)
