# right
def hide_token(token, rng, vocab_size, mask_id, special_ids):
    outcomes = ["mask"] * 8 + ["random"] + ["keep"]
    outcome = rng.choice(outcomes)
    return {
        "mask": mask_id,
        "random": random_token(rng, vocab_size, special_ids),
        "keep": token,
    }[outcome]
