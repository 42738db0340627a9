# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    chosen = [i for i in ordinary if rng.random() < p]
    if ordinary and not chosen:
        chosen = [rng.choice(ordinary)]
    if len(chosen) > max_predictions:
        chosen = rng.sample(chosen, max_predictions)
    inputs = list(ids)
    labels = [ignore_index] * len(ids)
    for i in chosen:
        labels[i] = ids[i]
        inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
    return inputs, labels
