# mistakes: unknown_sign_fixed, limit_ignored
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    pieces, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in vocab:
                pieces.append(piece)
                start = end
                break
        else:
            return ["[UNK]"]
    return pieces
