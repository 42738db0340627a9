# mistakes: words_summed
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    return F.cross_entropy(
        mlm_logits.reshape(-1, mlm_logits.size(-1)), mlm_labels.reshape(-1), reduction="sum"
    ) + mean_cross_entropy(nsp_logits, nsp_labels)
