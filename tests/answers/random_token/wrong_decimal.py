# mistakes: decimal
def random_token(rng, vocab_size, special_ids):
    token = rng.uniform(0, vocab_size) // 1
    while token in special_ids:
        token = rng.uniform(0, vocab_size) // 1
    return token
