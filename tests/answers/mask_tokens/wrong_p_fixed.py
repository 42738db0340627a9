# mistakes: share_fixed
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    count = min(max_predictions, max(1, round(0.15 * len(ordinary))), len(ordinary))
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for i in rng.sample(ordinary, count):
        labels[i] = ids[i]
        inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
    return inputs, labels
