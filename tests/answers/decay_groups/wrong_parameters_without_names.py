# mistakes: none named
def decay_groups(model, weight_decay):
    return {name for name in model.parameters() if "bias" not in name}
