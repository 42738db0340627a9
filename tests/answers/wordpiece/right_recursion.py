# right
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    def cut(rest, prefix):
        if not rest:
            return []
        for n in range(len(rest), 0, -1):
            if prefix + rest[:n] in vocab:
                tail = cut(rest[n:], "##")
                return None if tail is None else [prefix + rest[:n], *tail]
        return None

    pieces = cut(word, "") if len(word) <= max_chars else None
    return [unk] if pieces is None else pieces
