# mistakes: beyond_the_last
def another_document(documents, d, rng):
    j = d
    while j == d:
        j = rng.randint(0, len(documents))
    return j
