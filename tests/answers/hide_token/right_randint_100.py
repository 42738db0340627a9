# right
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    r = rng.randint(1, 100)
    if r <= 80:
        return mask_id
    if r <= 90:
        return rng.choice([t for t in range(vocab_size) if t not in special_ids])
    return token
