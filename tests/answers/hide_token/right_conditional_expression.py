# right
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    x = rng.uniform(0, 1)
    return mask_id if x < 0.8 else token if x < 0.9 else random_token(rng, vocab_size, special_ids)
