# mistakes: always_the_same
def random_token(rng, vocab_size, special_ids):
    from random import Random

    rng = Random(42)
    token = rng.randrange(vocab_size)
    while token in special_ids:
        token = rng.randrange(vocab_size)
    return token
