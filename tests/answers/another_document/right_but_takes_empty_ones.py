# advice: empty_drawn
def another_document(documents, d, rng):
    while True:
        j = rng.randint(0, len(documents) - 1)
        if j != d:
            return j
