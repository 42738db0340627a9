# mistakes: last_runs_on
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if rng.random() < 0.5:
        if i + 1 < len(document):
            return document[i], document[i + 1], 0
        return document[i], documents[(d + 1) % len(documents)][0], 0
    return document[i], rng.choice(documents[another_document(documents, d, rng)]), 1
