# mistakes: rng_not_used
def sentence_pair(documents, d, i, rng):
    import random

    document = documents[d]
    if i + 1 < len(document) and random.random() < 0.5:
        return document[i], document[i + 1], 0
    return document[i], random.choice(documents[another_document(documents, d, random)]), 1
