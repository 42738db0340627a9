# mistakes: last_never
def another_document(documents, d, rng):
    j = d
    while j == d:
        j = rng.randrange(len(documents) - 1)
    return j
