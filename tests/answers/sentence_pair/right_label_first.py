# right
def sentence_pair(documents, d, i, rng):
    label = rng.randint(0, 1)
    if i == len(documents[d]) - 1:
        label = 1
    if label == 0:
        b = documents[d][i + 1]
    else:
        j = d
        while j == d or not documents[j]:
            j = rng.randrange(len(documents))
        b = documents[j][rng.randrange(len(documents[j]))]
    return documents[d][i], b, label
