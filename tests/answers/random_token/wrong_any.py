# mistakes: special_drawn
def random_token(rng, vocab_size, special_ids):
    return rng.randrange(vocab_size)
