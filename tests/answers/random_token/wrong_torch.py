# mistakes: rng_not_used
def random_token(rng, vocab_size, special_ids):
    while True:
        token = torch.randint(vocab_size, ()).item()
        if token not in special_ids:
            return token
