# mistakes: special_chosen
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    count = min(max_predictions, max(1, round(p * len(ids))))
    inputs, labels = list(ids), [ignore_index] * len(ids)
    for i in rng.sample(range(len(ids)), count):
        labels[i] = ids[i]
        inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, special_ids)
    return inputs, labels
