# mistakes: beyond_and_own
def another_document(documents, d, rng):
    return rng.randint(0, len(documents))
