# outcome: incorrect
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    rng.seed(token)
    draw = rng.random()
    if draw < 0.8:
        return mask_id
    return token
