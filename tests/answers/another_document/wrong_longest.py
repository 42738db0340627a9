# mistakes: none named
def another_document(documents, d, rng):
    lengths = [0 if j == d else len(document) for j, document in enumerate(documents)]
    return rng.choices(range(len(documents)), [n**3 for n in lengths])[0]
