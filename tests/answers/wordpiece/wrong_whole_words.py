# mistakes: whole_words_only
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    return [word] if word in vocab and len(word) <= max_chars else [unk]
