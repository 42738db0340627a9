# mistakes: layers_named
def decay_groups(model, weight_decay):
    names = {name for name, p in model.named_parameters() if p.dim() > 1}
    return {name.removesuffix(".weight") for name in names}
