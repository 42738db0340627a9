# mistakes: range_shrunk
def random_token(rng, vocab_size, special_ids):
    return rng.randrange(vocab_size - len(special_ids))
