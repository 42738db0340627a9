# mistakes: groups_returned
def decay_groups(model, weight_decay):
    decay, rest = [], []
    for name, p in model.named_parameters():
        (decay if p.dim() > 1 else rest).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": rest, "weight_decay": 0.0},
    ]
