# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    candidates = [i for i in range(len(ids)) if ids[i] not in special_ids]
    rng.shuffle(candidates)
    n_chosen = min(max_predictions, max(1, int(len(candidates) * p + 0.5)))
    inputs = ids[:]
    labels = [ignore_index for _ in ids]
    for i in candidates[:n_chosen]:
        labels[i] = inputs[i]
        if rng.random() < 0.8:
            inputs[i] = mask_id
        elif rng.random() < 0.5:
            inputs[i] = random_token(rng, vocab_size, special_ids)
    return inputs, labels
