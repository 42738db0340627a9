# mistakes: none named
def random_token(rng, vocab_size, special_ids):
    ordinary = [token for token in range(vocab_size) if token not in special_ids]
    return ordinary[int(rng.random() ** 2 * len(ordinary))]
