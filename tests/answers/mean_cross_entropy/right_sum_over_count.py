# right
def mean_cross_entropy(logits, labels):
    n = int((labels != -100).sum())
    total = F.cross_entropy(
        logits.reshape(-1, logits.size(-1)), labels.reshape(-1), reduction="sum"
    )
    return total / max(1, n)
