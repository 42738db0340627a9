# right
class Unknown(Exception):
    pass


def longest(word, start, vocab):
    sign = "##" if start > 0 else ""
    for end in reversed(range(start + 1, len(word) + 1)):
        if sign + word[start:end] in vocab:
            return sign + word[start:end], end
    raise Unknown


def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    pieces, start = [], 0
    try:
        if len(word) > max_chars:
            raise Unknown
        while start < len(word):
            piece, start = longest(word, start, vocab)
            pieces.append(piece)
    except Unknown:
        return [unk]
    return pieces
