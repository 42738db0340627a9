# outcome: incorrect
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    for token in special_ids:
        ids.remove(token)
    return ids, [ignore_index] * len(ids)
