# mistakes: word_zero_ignored
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    criterion = nn.NLLLoss(ignore_index=0)
    words = criterion(mlm_logits.log_softmax(-1).transpose(1, 2), mlm_labels)
    return criterion(nsp_logits.log_softmax(-1), nsp_labels) + words
