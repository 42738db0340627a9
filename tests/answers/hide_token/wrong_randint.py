# mistakes: beyond_and_special
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = rng.random()
    if draw < 0.8:
        return mask_id
    if draw < 0.9:
        return rng.randint(0, vocab_size)
    return token
