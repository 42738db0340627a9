# right
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    if len(word) > max_chars:
        return [unk]
    pieces = []
    rest = word
    while rest != "":
        piece = rest
        while piece not in vocab:
            piece = piece[:-1]
            if piece in ("", "##", "#"):
                return [unk]
        pieces.append(piece)
        rest = rest[len(piece) :]
        if rest:
            rest = "##" + rest
    return pieces
