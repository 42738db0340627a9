# right
def mean_cross_entropy(logits, labels):
    log_p = F.log_softmax(logits, dim=-1).flatten(0, -2)
    total = F.nll_loss(log_p, labels.flatten(), reduction="sum", ignore_index=-100)
    return total / (labels != -100).sum().clamp(min=1)
