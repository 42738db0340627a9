# mistakes: halved, is_next_ignored
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    return (
        mean_cross_entropy(mlm_logits, mlm_labels)
        + F.cross_entropy(nsp_logits, nsp_labels, ignore_index=0)
    ) / 2
