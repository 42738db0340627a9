# mistakes: half_and_half
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    if rng.random() < 0.5:
        return mask_id
    return random_token(rng, vocab_size, special_ids)
