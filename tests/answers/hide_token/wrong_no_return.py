# mistakes: nothing_returned
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = rng.random()
    if draw < 0.8:
        seen = mask_id
    elif draw < 0.9:
        seen = random_token(rng, vocab_size, special_ids)
    else:
        seen = token
    print(seen)
