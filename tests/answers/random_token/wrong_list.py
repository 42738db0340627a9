# mistakes: none named
def random_token(rng, vocab_size, special_ids):
    return rng.sample([token for token in range(vocab_size) if token not in special_ids], 1)
