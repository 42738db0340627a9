# right
def sentence_pair(documents, d, i, rng):
    following = documents[d][i + 1 : i + 2]
    if following and rng.getrandbits(1):
        return documents[d][i], following[0], 0
    rest = [document for j, document in enumerate(documents) if j != d and document]
    return documents[d][i], rng.choice(rng.choice(rest)), 1
