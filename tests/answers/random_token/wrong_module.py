# mistakes: rng_not_used
def random_token(rng, vocab_size, special_ids):
    import random

    token = random.randrange(vocab_size)
    while token in special_ids:
        token = random.randrange(vocab_size)
    return token
