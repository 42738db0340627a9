# right
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    words = mean_cross_entropy(mlm_logits, mlm_labels)
    pairs = mean_cross_entropy(nsp_logits, nsp_labels)
    return words + pairs
