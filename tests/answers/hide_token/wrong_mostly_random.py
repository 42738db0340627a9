# mistakes: mostly_random
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = rng.random()
    if draw < 0.8:
        return random_token(rng, vocab_size, special_ids)
    if draw < 0.9:
        return mask_id
    return token
