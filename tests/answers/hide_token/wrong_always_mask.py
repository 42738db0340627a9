# mistakes: always_masked
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    return mask_id
