# mistakes: embeddings_left_out
def decay_groups(model, weight_decay):
    return {f"{path}.weight" for path, m in model.named_modules() if isinstance(m, nn.Linear)}
