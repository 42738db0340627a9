# mistakes: drawn_again_once
def random_token(rng, vocab_size, special_ids):
    token = rng.randrange(vocab_size)
    if token in special_ids:
        token = rng.randrange(vocab_size)
    return token
