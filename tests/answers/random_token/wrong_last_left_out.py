# mistakes: last_never_drawn
def random_token(rng, vocab_size, special_ids):
    token = rng.randrange(vocab_size - 1)
    while token in special_ids:
        token = rng.randrange(vocab_size - 1)
    return token
