# right
def random_token(rng, vocab_size, special_ids):
    weights = [0 if token in special_ids else 1 for token in range(vocab_size)]
    return rng.choices(range(vocab_size), weights)[0]
