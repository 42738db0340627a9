# right
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if i + 1 < len(document) and rng.random() < 0.5:
        return document[i], document[i + 1], 0
    other = documents[another_document(documents, d, rng)]
    return document[i], rng.choice(other), 1
