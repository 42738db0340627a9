# advice: empty_drawn
def sentence_pair(documents, d, i, rng):
    if i != len(documents[d]) - 1 and rng.random() < 0.5:
        return documents[d][i], documents[d][i + 1], 0
    j = rng.randrange(len(documents) - 1)
    j += j >= d
    return documents[d][i], rng.choice(documents[j]), 1
