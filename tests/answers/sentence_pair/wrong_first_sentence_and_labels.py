# mistakes: labels_exchanged, first_sentence_only
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if i + 1 < len(document) and rng.random() < 0.5:
        return document[i], document[i + 1], 1
    return document[i], documents[another_document(documents, d, rng)][0], 0
