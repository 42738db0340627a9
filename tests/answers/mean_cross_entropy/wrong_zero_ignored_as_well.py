# mistakes: zero_ignored_as_well
def mean_cross_entropy(logits, labels):
    keep = labels > 0
    return F.cross_entropy(logits[keep], labels[keep])
