# mistakes: biases_decay
def decay_groups(model, weight_decay):
    return {name for name, _ in model.named_parameters() if "norm" not in name.lower()}
