# advice: class_only
def decay_groups(model, weight_decay):
    norms = [m for m in model.modules() if isinstance(m, nn.LayerNorm)]
    of_norms = {id(p) for m in norms for p in m.parameters()}
    return {
        name
        for name, p in model.named_parameters()
        if weight_decay and id(p) not in of_norms and not name.endswith("bias")
    }
