# right
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    keep = mlm_labels != -100
    log_p = mlm_logits[keep].log_softmax(-1)
    words = -log_p.gather(-1, mlm_labels[keep][:, None]).sum() / max(1, len(log_p))
    pairs = -nsp_logits.log_softmax(-1)[range(len(nsp_labels)), nsp_labels].mean()
    return pairs + words
