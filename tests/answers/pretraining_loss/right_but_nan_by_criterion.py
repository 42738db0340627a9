# advice: nothing_predicted_nan
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    criterion = nn.CrossEntropyLoss(ignore_index=-100)
    return criterion(
        mlm_logits.reshape(-1, mlm_logits.size(-1)), mlm_labels.reshape(-1)
    ) + criterion(nsp_logits.view(-1, 2), nsp_labels.view(-1))
