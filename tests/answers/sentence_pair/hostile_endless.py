# mistakes: hangs
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if i + 1 < len(document) and rng.random() < 0.5:
        return document[i], document[i + 1], 0
    while True:
        b = rng.choice(rng.choice(documents))
        if b in document and b not in document:
            return document[i], b, 1
