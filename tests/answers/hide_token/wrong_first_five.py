# mistakes: special_assumed_first
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = rng.random()
    if draw < 0.8:
        return mask_id
    if draw < 0.9:
        return rng.randrange(len(special_ids), vocab_size)
    return token
