# advice: nothing_predicted_nan
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    words = F.cross_entropy(mlm_logits.transpose(1, 2), mlm_labels)
    return words + F.cross_entropy(nsp_logits, nsp_labels)
