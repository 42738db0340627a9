# right
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    n = (mlm_labels != -100).sum().clamp(min=1)
    words = (
        F.cross_entropy(
            mlm_logits.reshape(-1, mlm_logits.size(-1)), mlm_labels.reshape(-1), reduction="sum"
        )
        / n
    )
    return words + F.cross_entropy(nsp_logits, nsp_labels)
