# right
def random_token(rng, vocab_size, special_ids):
    token = int(rng.random() * vocab_size)
    return random_token(rng, vocab_size, special_ids) if token in special_ids else token
