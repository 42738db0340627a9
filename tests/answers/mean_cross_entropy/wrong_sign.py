# mistakes: sign_missing
def mean_cross_entropy(logits, labels):
    keep = labels != -100
    return logits[keep].log_softmax(-1).gather(1, labels[keep][:, None]).mean()
