# mistakes: drawn_again_once
def another_document(documents, d, rng):
    j = rng.randrange(len(documents))
    if j == d:
        j = rng.randrange(len(documents))
    return j
