# mistakes: parameters_returned
def decay_groups(model, weight_decay):
    return {
        p
        for name, p in model.named_parameters()
        if "bias" not in name and "norm" not in name.lower()
    }
