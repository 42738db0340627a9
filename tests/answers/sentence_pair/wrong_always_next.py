# mistakes: always_next
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if i + 1 < len(document):
        return document[i], document[i + 1], 0
    return document[i], rng.choice(documents[another_document(documents, d, rng)]), 1
