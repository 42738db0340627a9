# right
def random_token(rng, vocab_size, special_ids):
    while True:
        token = rng.randint(0, vocab_size - 1)
        if token not in set(special_ids):
            return token
