# mistakes: words_mean_of_means
def pretraining_loss(mlm_logits, nsp_logits, mlm_labels, nsp_labels):
    words = [mean_cross_entropy(x, y) for x, y in zip(mlm_logits, mlm_labels)]
    return sum(words) / len(words) + mean_cross_entropy(nsp_logits, nsp_labels)
