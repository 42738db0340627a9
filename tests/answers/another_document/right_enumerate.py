# right
def another_document(documents, d, rng):
    others = [j for j, document in enumerate(documents) if document and j != d]
    return others[int(rng.random() * len(others))]
