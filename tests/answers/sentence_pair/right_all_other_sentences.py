# right
def sentence_pair(documents, d, i, rng):
    a = documents[d][i]
    is_last = i == len(documents[d]) - 1
    if is_last or rng.random() >= 0.5:
        others = [s for j, document in enumerate(documents) if j != d for s in document]
        return a, rng.choice(others), 1
    return a, documents[d][i + 1], 0
