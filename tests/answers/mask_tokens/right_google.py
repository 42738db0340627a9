# right
def mask_tokens(
    ids, rng, vocab_size, mask_id, special_ids, p=0.15, ignore_index=-100, max_predictions=20
):
    cand_indexes = [i for i, token in enumerate(ids) if token not in special_ids]
    rng.shuffle(cand_indexes)
    output_tokens = list(ids)
    n_real = len(cand_indexes) + 3  # with [CLS] and two [SEP]
    num_to_predict = min(max_predictions, max(1, round(n_real * p)))
    masked_lms = []
    for index in cand_indexes:
        if len(masked_lms) >= num_to_predict:
            break
        masked_token = None
        if rng.random() < 0.8:
            masked_token = mask_id
        else:
            if rng.random() < 0.5:
                masked_token = ids[index]
            else:
                masked_token = random_token(rng, vocab_size, special_ids)
        output_tokens[index] = masked_token
        masked_lms.append((index, ids[index]))
    labels = [ignore_index] * len(ids)
    for index, label in sorted(masked_lms):
        labels[index] = label
    return output_tokens, labels
