# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    inputs, labels = list(ids), [ignore_index] * len(ids)
    order = [i for i in range(len(ids)) if ids[i] not in special_ids]
    rng.shuffle(order)
    n_chosen = 0
    while order and n_chosen == 0:
        for i in order:
            if n_chosen < max_predictions and rng.random() < p:
                n_chosen += 1
                labels[i] = ids[i]
                draw = rng.random()
                if draw < 0.8:
                    inputs[i] = mask_id
                elif draw < 0.9:
                    inputs[i] = random_token(rng, vocab_size, special_ids)
    return inputs, labels
