# mistakes: next_one_taken
def random_token(rng, vocab_size, special_ids):
    token = rng.randrange(vocab_size)
    while token in special_ids:
        token = (token + 1) % vocab_size
    return token
