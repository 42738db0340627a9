# mistakes: range_shrunk
def another_document(documents, d, rng):
    return rng.randrange(len(documents) - 1)
