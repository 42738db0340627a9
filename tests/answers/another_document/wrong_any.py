# mistakes: own_document_too
def another_document(documents, d, rng):
    return rng.randrange(len(documents))
