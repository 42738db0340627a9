# mistakes: words_only
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    return mean_cross_entropy(mlm_logits, mlm_labels)
