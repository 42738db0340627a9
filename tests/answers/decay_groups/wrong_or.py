# mistakes: none named
def decay_groups(model, weight_decay):
    return {
        name
        for name, _ in model.named_parameters()
        if "bias" not in name or "norm" not in name.lower()
    }
