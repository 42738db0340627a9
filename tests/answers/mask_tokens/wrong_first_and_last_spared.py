# mistakes: special_by_position
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    places = range(1, len(ids) - 1)
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for i in rng.sample(places, n_predictions(len(places), p, max_predictions)):
        labels[i] = ids[i]
        inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
    return inputs, labels
