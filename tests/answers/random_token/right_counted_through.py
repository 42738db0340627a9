# right
def random_token(rng, vocab_size, special_ids):
    token = rng.randrange(vocab_size - len(special_ids))
    for special in sorted(special_ids):
        if token >= special:
            token += 1
    return token
