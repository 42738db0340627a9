# mistakes: first_never_drawn
def random_token(rng, vocab_size, special_ids):
    ordinary = [token for token in range(1, vocab_size) if token not in special_ids]
    return rng.choice(ordinary)
