# mistakes: last_has_no_pair
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if i == len(document) - 1:
        return None
    if rng.random() < 0.5:
        return document[i], document[i + 1], 0
    return document[i], rng.choice(documents[another_document(documents, d, rng)]), 1
