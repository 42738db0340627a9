# outcome: incorrect
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    start, pieces = 0, set()
    while start < len(word):
        for end in range(len(word), start, -1):
            if word[start:end] in vocab:
                pieces.add(word[start:end])
                break
    return list(pieces)
