# mistakes: averaged_over_all
def mean_cross_entropy(logits, labels):
    return F.cross_entropy(
        logits.reshape(-1, logits.size(-1)), labels.reshape(-1), reduction="none"
    ).mean()
