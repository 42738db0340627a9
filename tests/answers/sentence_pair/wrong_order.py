# mistakes: label_first
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if i + 1 < len(document) and rng.random() < 0.5:
        return 0, document[i], document[i + 1]
    return 1, document[i], rng.choice(documents[another_document(documents, d, rng)])
