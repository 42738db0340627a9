# mistakes: rng_not_used
def another_document(documents, d, rng):
    import random

    return random.choice([j for j in range(len(documents)) if j != d and documents[j]])
