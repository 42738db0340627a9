# right
def random_token(rng, vocab_size, special_ids):
    return rng.choice(sorted(set(range(vocab_size)) - set(special_ids)))
