# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    places = [i for i, token in enumerate(ids) if token not in special_ids]
    chosen = sorted(places, key=lambda _: rng.random())[
        : n_predictions(len(places), p, max_predictions)
    ]
    pairs = [
        (hide_token(token, rng, vocab_size, mask_id, special_ids), token)
        if i in chosen
        else (token, ignore_index)
        for i, token in enumerate(ids)
    ]
    return [tuple(part) for part in zip(*pairs)]
