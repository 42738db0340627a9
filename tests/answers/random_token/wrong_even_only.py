# mistakes: none named
def random_token(rng, vocab_size, special_ids):
    return rng.choice([token for token in range(0, vocab_size, 2) if token not in special_ids])
