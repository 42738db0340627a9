# mistakes: nothing_returned
def another_document(documents, d, rng):
    rng.choice([j for j in range(len(documents)) if j != d and documents[j]])
