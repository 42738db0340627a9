# mistakes: none named
def decay_groups(model, weight_decay):
    for name, p in model.named_parameters():
        if p.dim() > 1:
            return {name}
