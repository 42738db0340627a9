# mistakes: of_logits
def mean_cross_entropy(logits, labels):
    return F.nll_loss(logits.reshape(-1, logits.size(-1)), labels.reshape(-1))
