# mistakes: word_ignored_taken_for_zero
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    return mean_cross_entropy(mlm_logits, mlm_labels.clamp(min=0)) + mean_cross_entropy(
        nsp_logits, nsp_labels
    )
