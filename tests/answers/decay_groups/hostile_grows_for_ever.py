# outcome: incorrect
def decay_groups(model, weight_decay):
    names = [name for name, _ in model.named_parameters()]
    for name in names:
        if "bias" not in name:
            names.append(name)
    return set(names)
