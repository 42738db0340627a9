# mistakes: nothing_returned
def decay_groups(model, weight_decay):
    names = set()
    for name, p in model.named_parameters():
        if p.dim() > 1:
            names.add(name)
