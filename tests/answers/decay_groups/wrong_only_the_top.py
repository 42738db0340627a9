# mistakes: only_the_top
def decay_groups(model, weight_decay):
    return {
        name
        for name, _ in model.named_parameters(recurse=False)
        if "bias" not in name and "norm" not in name
    }
