# mistakes: nothing_returned
def mean_cross_entropy(logits, labels):
    loss = F.cross_entropy(logits.reshape(-1, logits.size(-1)), labels.reshape(-1))
    print(loss)
