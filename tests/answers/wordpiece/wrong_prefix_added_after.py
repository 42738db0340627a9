# mistakes: prefix_not_looked_up
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    if len(word) > max_chars:
        return [unk]
    pieces, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            if word[start:end] in vocab:
                pieces.append(("##" if start else "") + word[start:end])
                start = end
                break
        else:
            return [unk]
    return pieces
