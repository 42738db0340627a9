# mistakes: embeddings_left_out
def decay_groups(model, weight_decay):
    names = set()
    for name, _ in model.named_parameters():
        if not any(word in name for word in ("bias", "norm", "embedding")):
            names.add(name)
    return names
