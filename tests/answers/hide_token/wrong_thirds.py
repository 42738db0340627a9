# mistakes: thirds
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    return rng.choice([mask_id, random_token(rng, vocab_size, special_ids), token])
