# mistakes: beyond_vocabulary
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = rng.random()
    if draw < 0.8:
        return mask_id
    if draw < 0.9:
        return rng.choice([t for t in range(vocab_size + 1) if t not in special_ids])
    return token
