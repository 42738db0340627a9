# mistakes: nothing_returned
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    loss = mean_cross_entropy(mlm_logits, mlm_labels) + mean_cross_entropy(nsp_logits, nsp_labels)
    print(loss)
