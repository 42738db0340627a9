# advice: name_only
def decay_groups(model, weight_decay):
    everything = dict(model.named_parameters()).keys()
    biases = {name for name in everything if name.split(".")[-1] == "bias"}
    norms = {name for name in everything if any("norm" in p.lower() for p in name.split("."))}
    return set(everything) - biases - norms if weight_decay else set()
