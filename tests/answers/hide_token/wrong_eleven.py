# mistakes: eleven_numbers
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = rng.randint(0, 10)
    if draw < 8:
        return mask_id
    if draw == 8:
        return random_token(rng, vocab_size, special_ids)
    return token
