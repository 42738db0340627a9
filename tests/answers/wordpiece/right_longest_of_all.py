# right
def wordpiece(word, vocab, unk="[UNK]", max_chars=100):
    if len(word) > max_chars:
        return [unk]
    result, rest = [], word
    while rest:
        fitting = [p for p in vocab if rest.startswith(p) and (not result or p.startswith("##"))]
        if not fitting:
            return [unk]
        best = max(fitting, key=len)
        result.append(best)
        rest = rest[len(best) :]
        rest = "##" + rest if rest else ""
    return result
