# mistakes: word_zero_ignored
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    return F.cross_entropy(
        mlm_logits.reshape(-1, mlm_logits.size(-1)), mlm_labels.reshape(-1), ignore_index=0
    ) + mean_cross_entropy(nsp_logits, nsp_labels)
