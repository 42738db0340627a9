# mistakes: accuracy
def mean_cross_entropy(logits, labels):
    right = logits.argmax(-1) == labels
    return right[labels != -100].float().mean()
