# mistakes: own_document
def another_document(documents, d, rng):
    j = rng.randrange(len(documents))
    while j != d:
        j = rng.randrange(len(documents))
    return j
