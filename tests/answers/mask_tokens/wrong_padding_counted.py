# mistakes: padding_counted
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    count = min(len(ordinary), n_predictions(len(ids), p, max_predictions))
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for i in rng.sample(ordinary, count):
        labels[i] = ids[i]
        inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
    return inputs, labels
