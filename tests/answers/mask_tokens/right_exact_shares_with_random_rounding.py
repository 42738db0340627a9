# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    chosen = rng.sample(ordinary, n_predictions(len(ordinary), p, max_predictions))
    inputs, labels = list(ids), [ignore_index] * len(ids)
    start = rng.random()
    for number, i in enumerate(chosen):
        labels[i] = ids[i]
        place = (start + 0.1 * number) % 1
        if place < 0.8:
            inputs[i] = mask_id
        elif place < 0.9:
            inputs[i] = random_token(rng, vocab_size, special_ids)
    return inputs, labels
