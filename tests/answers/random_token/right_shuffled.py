# right
def random_token(rng, vocab_size, special_ids):
    ids = list(range(vocab_size))
    rng.shuffle(ids)
    return next(token for token in ids if token not in special_ids)
