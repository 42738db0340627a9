# advice: empty_drawn
def another_document(documents, d, rng):
    j = rng.randrange(len(documents) - 1)
    return j + 1 if j >= d else j
