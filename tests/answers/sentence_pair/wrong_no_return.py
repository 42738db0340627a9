# mistakes: nothing_returned
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    if i + 1 < len(document) and rng.random() < 0.5:
        result = document[i], document[i + 1], 0
    else:
        result = document[i], rng.choice(documents[another_document(documents, d, rng)]), 1
    print(result)
