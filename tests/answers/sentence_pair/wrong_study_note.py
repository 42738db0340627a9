# mistakes: labels_exchanged, negative_from_anywhere, last_fails
def sentence_pair(documents, d, i, rng):
    t1 = documents[d][i]
    if rng.random() > 0.5:
        return t1, documents[d][i + 1], 1
    return t1, rng.choice(documents[rng.randrange(len(documents))]), 0
