# mistakes: rng_made_anew
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    from random import Random

    rng = Random(0)
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for i in rng.sample(ordinary, n_predictions(len(ordinary), p, max_predictions)):
        labels[i] = ids[i]
        inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
    return inputs, labels
