# mistakes: never_next
def sentence_pair(documents, d, i, rng):
    return documents[d][i], rng.choice(documents[another_document(documents, d, rng)]), 1
