# mistakes: beyond_and_special
def random_token(rng, vocab_size, special_ids):
    return rng.randint(0, vocab_size)
