# mistakes: beyond_vocabulary
def random_token(rng, vocab_size, special_ids):
    while True:
        token = rng.randint(0, vocab_size)
        if token not in special_ids:
            return token
