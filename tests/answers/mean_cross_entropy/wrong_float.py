# mistakes: cast_to_float
def mean_cross_entropy(logits, labels):
    return F.cross_entropy(logits.float().reshape(-1, logits.size(-1)), labels.reshape(-1))
