# right
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    outcome = rng.randrange(10)
    if outcome == 9:
        return token
    if outcome == 8:
        return random_token(rng, vocab_size, special_ids)
    return mask_id
