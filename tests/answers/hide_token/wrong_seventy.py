# mistakes: none named
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = rng.random()
    if draw < 0.65:
        return mask_id
    if draw < 0.75:
        return random_token(rng, vocab_size, special_ids)
    return token
