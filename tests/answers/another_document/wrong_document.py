# mistakes: document_returned
def another_document(documents, d, rng):
    return rng.choice([document for j, document in enumerate(documents) if j != d and document])
