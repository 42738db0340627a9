# right
def another_document(documents, d, rng):
    return rng.choice([j for j in range(len(documents)) if j != d and len(documents[j]) > 0])
