# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    n_ordinary = sum(token not in special_ids for token in ids)
    n_wanted = min(max_predictions, n_ordinary, max(1, math.ceil(p * n_ordinary)))
    chosen = []
    while len(chosen) < n_wanted:
        i = rng.randrange(len(ids))
        if ids[i] not in special_ids and i not in chosen:
            chosen.append(i)
    inputs, labels = [], []
    for i, token in enumerate(ids):
        if i in chosen:
            inputs.append(hide_token(token, rng, vocab_size, mask_id, special_ids))
            labels.append(token)
        else:
            inputs.append(token)
            labels.append(ignore_index)
    return inputs, labels
