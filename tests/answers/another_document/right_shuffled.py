# right
def another_document(documents, d, rng):
    order = list(range(len(documents)))
    rng.shuffle(order)
    for j in order:
        if j != d and documents[j]:
            return j
