# mistakes: hangs
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    inputs, labels = list(ids), [ignore_index] * len(ids)
    i = 0
    while i < len(ids):
        if ids[i] in special_ids:
            continue
        if rng.random() < p:
            labels[i] = ids[i]
            inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
        i += 1
    return inputs, labels
