# right
def another_document(documents, d, rng):
    j = rng.randrange(len(documents))
    while j == d or not documents[j]:
        j = rng.randrange(len(documents))
    return j
