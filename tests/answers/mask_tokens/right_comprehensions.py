# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    ordinary = [i for i, token in enumerate(ids) if token not in special_ids]
    chosen = set(rng.sample(ordinary, n_predictions(len(ordinary), p, max_predictions)))
    labels = [token if i in chosen else ignore_index for i, token in enumerate(ids)]
    inputs = [
        hide_token(token, rng, vocab_size, mask_id, special_ids) if i in chosen else token
        for i, token in enumerate(ids)
    ]
    return inputs, labels
