# mistakes: next_one_taken
def another_document(documents, d, rng):
    j = rng.randrange(len(documents))
    if j == d:
        j = (j + 1) % len(documents)
    return j
