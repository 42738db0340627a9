# mistakes: biases_decay, norms_decay
def decay_groups(model, weight_decay):
    return {name for name, _ in model.named_parameters()} if weight_decay else set()
