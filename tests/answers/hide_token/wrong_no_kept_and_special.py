# mistakes: never_kept, special_put_in
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    return mask_id if rng.random() < 0.8 else rng.randrange(vocab_size)
