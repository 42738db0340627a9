# right
def another_document(documents, d, rng):
    numbers = {j for j, document in enumerate(documents) if document} - {d}
    return rng.sample(sorted(numbers), 1)[0]
