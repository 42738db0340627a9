# advice: fates_counted_off
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    chosen = rng.sample(ordinary, n_predictions(len(ordinary), p, max_predictions))
    n_masked, n_random = int(len(chosen) * 0.8), int(len(chosen) * 0.1)
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for i in chosen:
        labels[i] = ids[i]
    for i in chosen[:n_masked]:
        inputs[i] = mask_id
    for i in chosen[n_masked : n_masked + n_random]:
        inputs[i] = random_token(rng, vocab_size, special_ids)
    return inputs, labels
