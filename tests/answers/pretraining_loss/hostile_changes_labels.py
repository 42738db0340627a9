# outcome: incorrect
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    mlm_labels[mlm_labels == -100] = 0
    return mean_cross_entropy(mlm_logits, mlm_labels) + mean_cross_entropy(nsp_logits, nsp_labels)
