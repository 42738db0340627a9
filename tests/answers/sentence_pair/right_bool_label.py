# right
def sentence_pair(documents, d, i, rng):
    document = documents[d]
    not_next = rng.choice([True, False]) or i + 1 == len(document)
    other = rng.choice(documents[another_document(documents, d, rng)])
    return [document[i], other if not_next else document[i + 1], not_next]
