# right
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    other = random_token(rng, vocab_size, special_ids)
    return rng.choices([mask_id, other, token], weights=[8, 1, 1])[0]
