# right
def masked_mean(x, mask):
    means = []
    for sentence, keep in zip(x, mask.bool()):
        real = sentence[keep]
        means.append(real.mean(dim=0) if len(real) else torch.zeros_like(sentence[0]))
    return torch.stack(means)
