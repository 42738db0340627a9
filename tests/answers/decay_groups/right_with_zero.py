# advice: name_only
def decay_groups(model, weight_decay):
    names = set()
    if weight_decay > 0:
        for name, _ in model.named_parameters():
            if name.endswith("bias") or "norm" in name.lower():
                continue
            names.add(name)
    return names
