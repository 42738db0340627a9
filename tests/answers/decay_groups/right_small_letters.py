# advice: capitals_overlooked
def decay_groups(model, weight_decay):
    no_decay = ["bias", "norm"]
    if weight_decay == 0:
        return set()
    return {n for n, p in model.named_parameters() if not any(nd in n for nd in no_decay)}
