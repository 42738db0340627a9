# outcome: incorrect
def another_document(documents, d, rng):
    documents.clear()
    return 0
