# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    inputs, labels, n_chosen = list(ids), [ignore_index] * len(ids), 0
    for i in rng.sample(ordinary, len(ordinary)):
        prob = rng.random()
        if prob < p and n_chosen < max_predictions:
            n_chosen += 1
            labels[i] = ids[i]
            prob /= p
            if prob < 0.8:
                inputs[i] = mask_id
            elif prob < 0.9:
                inputs[i] = random_token(rng, vocab_size, special_ids)
    if n_chosen == 0 and ordinary:
        i = rng.choice(ordinary)
        labels[i] = ids[i]
        inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
    return inputs, labels
