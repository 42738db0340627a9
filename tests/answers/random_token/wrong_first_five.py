# mistakes: special_assumed_first
def random_token(rng, vocab_size, special_ids):
    return rng.randint(len(special_ids), vocab_size - 1)
