# mistakes: looks_back
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    def cut(start):
        if start == len(word):
            return []
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in vocab:
                rest = cut(end)
                if rest is not None:
                    return [piece, *rest]
        return None

    if len(word) > max_chars:
        return [unk]
    return cut(0) or [unk]
