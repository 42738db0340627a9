# mistakes: negative_from_next_document
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if i + 1 < len(document) and rng.random() < 0.5:
        return document[i], document[i + 1], 0
    return document[i], rng.choice(documents[(d + 1) % len(documents)]), 1
