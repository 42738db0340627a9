# mistakes: none named
def another_document(documents, d, rng):
    return rng.random() * len(documents)
