# right
def decay_groups(model, weight_decay):
    decaying = set()
    for path, module in model.named_modules():
        is_norm = "norm" in type(module).__name__.lower()
        for name, _ in module.named_parameters(recurse=False):
            if weight_decay and not is_norm and name != "bias":
                decaying.add(f"{path}.{name}" if path else name)
    return decaying
