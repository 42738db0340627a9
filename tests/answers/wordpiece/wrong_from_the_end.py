# mistakes: cut_from_the_end
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    if len(word) > max_chars:
        return [unk]
    pieces, end = [], len(word)
    while end > 0:
        for start in range(end):
            piece = ("##" if start else "") + word[start:end]
            if piece in vocab:
                pieces = [piece, *pieces]
                end = start
                break
        else:
            return [unk]
    return pieces
