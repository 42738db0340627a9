# mistakes: always_the_next
def another_document(documents, d, rng):
    return (d + 1) % len(documents)
