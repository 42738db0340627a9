# mistakes: ignored_label_zero, special_put_in, none_chosen
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    tokens, chosen = list(ids), 0
    order = list(range(len(ids)))
    rng.shuffle(order)
    labels = [0] * len(ids)
    for i in order:
        prob = rng.random()
        if tokens[i] not in special_ids and prob < p and chosen < max_predictions:
            chosen += 1
            labels[i] = tokens[i]
            prob /= p
            if prob < 0.8:
                tokens[i] = mask_id
            elif prob < 0.9:
                tokens[i] = rng.randrange(vocab_size)
    return tokens, labels
