# right
def decay_groups(model, weight_decay):
    if not weight_decay:
        return set()
    return {name for name, p in model.named_parameters() if p.dim() >= 2}
