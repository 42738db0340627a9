# mistakes: short_names
def decay_groups(model, weight_decay):
    names = set()
    for name, p in model.named_parameters():
        if p.dim() > 1:
            names.add(name.split(".")[-1])
    return names
