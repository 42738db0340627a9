# mistakes: rng_not_used
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    draw = torch.rand(()).item()
    if draw < 0.8:
        return mask_id
    if draw < 0.9:
        return random_token(rng, vocab_size, special_ids)
    return token
