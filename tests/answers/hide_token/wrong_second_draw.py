# mistakes: second_draw_too_small
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    if rng.random() < 0.8:
        return mask_id
    if rng.random() < 0.1:
        return random_token(rng, vocab_size, special_ids)
    return token
