# mistakes: nothing_returned
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = rng.random()
    if draw < 0.8:
        token = mask_id
    elif draw < 0.9:
        token = random_token(rng, vocab_size, special_ids)
