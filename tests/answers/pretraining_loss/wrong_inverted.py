# mistakes: pairs_inverted
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    return mean_cross_entropy(mlm_logits, mlm_labels) + mean_cross_entropy(
        nsp_logits, 1 - nsp_labels
    )
