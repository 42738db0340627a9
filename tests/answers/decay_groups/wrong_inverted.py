# mistakes: inverted
def decay_groups(model, weight_decay):
    return {
        name for name, _ in model.named_parameters() if "bias" in name or "norm" in name.lower()
    }
