# right
def sentence_pair(documents, d, i, rng):
    a = documents[d][i]
    try:
        b, label = documents[d][i + 1], int(rng.random() < 0.5)
    except IndexError:
        label = 1
    if label == 1:
        b = rng.choice(documents[another_document(documents, d, rng)])
    return a, b, label
