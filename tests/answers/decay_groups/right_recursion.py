# right
def decay_groups(model, weight_decay):
    if weight_decay == 0:
        return set()

    def walk(module, prefix):
        if "Norm" in type(module).__name__:
            return
        for name, parameter in module.named_parameters(recurse=False):
            if "bias" not in name:
                yield prefix + name
        for name, child in module.named_children():
            yield from walk(child, prefix + name + ".")

    return set(walk(model, ""))
