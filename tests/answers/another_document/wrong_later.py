# mistakes: later_only
def another_document(documents, d, rng):
    return rng.randrange(d + 1, len(documents))
