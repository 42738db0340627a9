# mistakes: none named
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    if len(word) > max_char:
        return [unk]
    return [word] if word in vocab else [unk]
