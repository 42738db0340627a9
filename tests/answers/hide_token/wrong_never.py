# mistakes: never_hidden
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    prob = rng.random()
    if prob < prob * 0.8:
        return mask_id
    elif prob < prob * 0.9:
        return random_token(rng, vocab_size, special_ids)
    return token
