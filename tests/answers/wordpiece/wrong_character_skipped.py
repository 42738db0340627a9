# mistakes: unknown_skipped
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    if len(word) > max_chars:
        return [unk]
    pieces, start = [], 0
    while start < len(word):
        end = len(word)
        while end > start and ("##" * (start > 0)) + word[start:end] not in vocab:
            end -= 1
        if end > start:
            pieces.append(("##" * (start > 0)) + word[start:end])
            start = end
        else:
            start += 1
    return pieces
