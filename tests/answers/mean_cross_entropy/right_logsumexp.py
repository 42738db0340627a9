# right
def mean_cross_entropy(logits, labels):
    keep = labels != -100
    chosen = logits[keep]
    right = chosen[torch.arange(len(chosen)), labels[keep]]
    return (chosen.logsumexp(dim=-1) - right).sum() / max(1, len(chosen))
