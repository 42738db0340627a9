# mistakes: last_wraps
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if rng.random() < 0.5:
        return document[i], document[(i + 1) % len(document)], 0
    return document[i], rng.choice(documents[another_document(documents, d, rng)]), 1
