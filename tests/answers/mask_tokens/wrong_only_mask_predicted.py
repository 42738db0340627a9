# mistakes: only_masked_labelled
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for i in rng.sample(ordinary, n_predictions(len(ordinary), p, max_predictions)):
        inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
        if inputs[i] == mask_id:
            labels[i] = ids[i]
    return inputs, labels
