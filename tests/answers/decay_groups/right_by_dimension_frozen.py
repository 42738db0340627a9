# right
def decay_groups(model, weight_decay):
    return frozenset(n for n, p in model.named_parameters() if p.ndim > 1 and weight_decay)
