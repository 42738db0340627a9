# mistakes: hangs
def random_token(rng, vocab_size, special_ids):
    token = rng.randrange(vocab_size)
    while token not in special_ids or token in special_ids:
        token = rng.randrange(vocab_size)
    return token
