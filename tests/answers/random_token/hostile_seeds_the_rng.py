# outcome: incorrect
def random_token(rng, vocab_size, special_ids):
    rng.seed(0)
    return rng.choice([token for token in range(vocab_size) if token not in special_ids])
