# mistakes: one_mean_for_all
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    words = F.cross_entropy(
        mlm_logits.reshape(-1, mlm_logits.size(-1)), mlm_labels.reshape(-1), reduction="sum"
    )
    pairs = F.cross_entropy(nsp_logits, nsp_labels, reduction="sum")
    return (words + pairs) / ((mlm_labels != -100).sum() + nsp_labels.numel())
