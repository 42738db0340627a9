"""Week 3, the pieces: one merge of their learning, and how a word is cut into them."""

from typing import Any

from bertcourse import wordpiece
from bertcourse.exercises.common import nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.probes import Probe, Said
from bertcourse.exercises.week03_words import spelt
from bertcourse.wordpiece import PREFIX

# --- join_pair --------------------------------------------------------------------------------

Pair = tuple[str, str]

GLUES = {
    "right": lambda left, right: left + right.removeprefix(PREFIX),
    "prefix_kept": lambda left, right: left + right,
    "prefixes_dropped": lambda left, right: left.removeprefix(PREFIX) + right.removeprefix(PREFIX),
    "two_characters_cut": lambda left, right: left + right[1:],
    "all_hashes": lambda left, right: left + right.lstrip("#"),
    "spaced": lambda left, right: left + " " + right.removeprefix(PREFIX),
}


def _walk(pieces: list[str], pair: Pair, glued: str, stop: int, step: int, once: bool) -> list[str]:
    """From left to right: a pair becomes one piece, and `step` says how far it goes on."""
    joined: list[str] = []
    i = 0
    while i < stop:
        if tuple(pieces[i : i + 2]) == pair and not (once and glued in joined):
            joined.append(glued)
            i += step
        else:
            joined.append(pieces[i])
            i += 1
    return joined


def _from_the_right(pieces: list[str], pair: Pair, glued: str) -> list[str]:
    backwards = _walk(pieces[::-1], pair[::-1], glued, len(pieces), 2, False)
    return backwards[::-1]


SEARCHES = {
    "right": lambda p, pair, glued: _walk(p, pair, glued, len(p), 2, False),
    "first_only": lambda p, pair, glued: _walk(p, pair, glued, len(p), 2, True),
    "last_lost": lambda p, pair, glued: _walk(p, pair, glued, len(p) - 1, 2, False),
    "second_kept": lambda p, pair, glued: _walk(p, pair, glued, len(p), 1, False),
    "from_the_right": _from_the_right,
    "never": lambda p, pair, glued: list(p),
    "as_text": lambda p, pair, glued: " ".join(p).replace(" ".join(pair), glued).split(),
    "left_only": lambda p, pair, glued: _walk(
        p,
        (pair[0], p[min(p.index(pair[0]) + 1, len(p) - 1)]) if pair[0] in p else pair,
        glued,
        len(p),
        2,
        False,
    ),
}


def join_family(
    glue: str = "right", search: str = "right", result: str = "right", in_place: bool = False
) -> Any:
    def join_pair(pieces: list[str], pair: Pair) -> Any:
        joined = SEARCHES[search](pieces, pair, GLUES[glue](*pair))
        if in_place:
            pieces[:] = joined
        return {"right": joined, "nothing": None, "string": " ".join(joined)}[result]

    return join_pair


JOIN_FAULTS = (
    nothing_returned(result="nothing"),
    Fault(
        "one_string",
        "The pieces are joined into one string",
        "The word stays a list of pieces, of which two have become one.",
        {"result": "string"},
    ),
    Fault(
        "prefix_kept_inside",
        "The ## stays inside the new piece",
        "## marks a piece that goes on; inside a piece it marks nothing. h and ##u make hu, not "
        "h##u.",
        {"glue": "prefix_kept"},
    ),
    Fault(
        "prefix_lost",
        "The new piece loses the ## at its beginning",
        "##u and ##g make ##ug: it still goes on, as its first half did. Only the second half "
        "loses the sign.",
        {"glue": "prefixes_dropped"},
    ),
    Fault(
        "one_hash_left",
        "One # stays inside the new piece",
        'The sign has two characters: right[2:], or right.removeprefix("##").',
        {"glue": "two_characters_cut"},
    ),
    Fault(
        "space_inside",
        "There is a space inside the new piece",
        "The two halves stand next to each other without anything between.",
        {"glue": "spaced"},
    ),
    Fault(
        "nothing_joined",
        "The pair is never found",
        "`pieces[i : i + 2]` is a list, and a list never equals a tuple. Compare "
        "`tuple(pieces[i : i + 2])` with the pair, or the two pieces one by one.",
        {"search": "never"},
    ),
    Fault(
        "first_only",
        "Only the first pair is joined",
        "The same two pieces may stand side by side several times in one word: go on to its end.",
        {"search": "first_only"},
    ),
    Fault(
        "last_piece_lost",
        "The last piece is lost",
        "A loop that ends at len(pieces) - 1 meets the last piece only as the second of a pair. "
        "Where it is not joined, it has to be kept.",
        {"search": "last_lost"},
    ),
    Fault(
        "second_piece_kept",
        "The second half of the pair is kept as well",
        "After a pair the walk goes on behind both its pieces: i += 2.",
        {"search": "second_kept"},
    ),
    Fault(
        "from_the_right",
        "The pairs are joined from right to left",
        "Of three equal pieces in a row two become one, and which two is a convention: the first "
        "two. Otherwise the same word is cut in two ways.",
        {"search": "from_the_right"},
    ),
    Fault(
        "joined_as_text",
        "The pair is replaced in a joined string",
        "In 'c##a b' a text search for 'a b' also finds the end of one piece and the beginning of "
        "the next. Compare whole pieces.",
        {"search": "as_text"},
    ),
    Fault(
        "pieces_changed",
        "The list that was given is changed",
        "`del`, `pop` and assignments to `pieces[i]` change the caller's list, too. Build a new "
        "one.",
        {"in_place": True},
    ),
    Fault(
        "hashes_lost",
        "Hash signs that belong to the word are lost",
        'lstrip("##") strips every # it finds, not just two: of ####, a continuing ##, nothing is '
        "left. removeprefix takes the sign alone.",
        {"glue": "all_hashes"},
    ),
)


def _joined(f: Any, *cases: tuple[str, Pair]) -> dict[str, Any]:
    """What a candidate makes of words written as their pieces, such as "h ##u ##g"."""
    return {f"{pair} in {word}": f(word.split(), pair) for word, pair in cases}


def _pieces_unchanged(f: Any) -> Said:
    pieces = ["h", "##u", "##g"]
    f(pieces, ("h", "##u"))
    return Said("unchanged" if pieces == ["h", "##u", "##g"] else "the list given is overwritten")


def _join_example(word: str, pair: Pair) -> Example:
    return Example(
        lambda: {"pieces": spelt(word.split()), "pair": repr(pair)},
        lambda f, **_: spelt(f(word.split(), pair)),
    )


def _list_afterwards(f: Any, **_: Any) -> dict[str, Any]:
    pieces = ["h", "##u", "##g"]
    f(pieces, ("h", "##u"))
    return {"pieces afterwards": spelt(pieces)}


def _word_changes(f: Any) -> str | None:
    joined = f(["b", "##a", "##n", "##a"], ("##a", "##n"))
    word = "".join(piece.removeprefix(PREFIX) for piece in joined)
    return None if word == "bana" else f"The pieces of bana spell {word} afterwards."


JOIN_PAIR = Exercise(
    id="join_pair",
    week=3,
    title="One merge",
    difficulty=1,
    minutes=8,
    hints=(
        "Walk through the pieces with an index i. If the pieces at i and i + 1 are the pair, put "
        "the new piece into the result and go on at i + 2; otherwise put pieces[i] into it and go "
        "on at i + 1.",
        'The new piece is `pair[0] + pair[1].removeprefix("##")`. A slice is a list: compare '
        "`tuple(pieces[i : i + 2]) == pair`.",
        "`joined, i = [], 0`, then `while i < len(pieces):`, in it `if tuple(pieces[i : i + 2]) == "
        "pair:` append the new piece and `i += 2`, `else:` append `pieces[i]` and `i += 1`; at the "
        "end `return joined`",
    ),
    reference=wordpiece.join_pair,
    family=Family(join_family, JOIN_FAULTS),
    probes=(
        Probe(
            "first pieces",
            "where a word begins",
            lambda f: _joined(f, ("s ##p ##u ##n", ("s", "##p")), ("t ##e", ("t", "##e"))),
        ),
        Probe(
            "later pieces",
            "inside a word",
            lambda f: _joined(
                f, ("p ##u ##g ##s", ("##u", "##g")), ("s ##un ##ny", ("##un", "##ny"))
            ),
        ),
        Probe(
            "absent",
            "in a word without the pair",
            lambda f: _joined(
                f, ("h ##u ##g", ("##u", "##n")), ("h ##u ##g", ("h", "##g")), ("a", ("a", "##a"))
            ),
        ),
        Probe(
            "several",
            "in a word that has the pair twice",
            lambda f: _joined(f, ("b ##a ##n ##a ##n ##a", ("##a", "##n"))),
        ),
        Probe(
            "in a row",
            "on equal pieces in a row",
            lambda f: _joined(
                f, ("z ##z ##z ##z", ("##z", "##z")), ("h ##m ##m ##m ##m", ("##m", "##m"))
            ),
        ),
        Probe(
            "borders",
            "where two pieces only end and begin like the pair",
            lambda f: _joined(f, ("c ##a ##b", ("a", "##b")), ("c ##ba ##bc", ("##a", "##b"))),
        ),
        Probe("unchanged", "in what it leaves behind", _pieces_unchanged),
        Probe(
            "hashes",
            "on a piece that holds hash signs",
            lambda f: _joined(f, ("a #### ##b", ("a", "####"))),
            advice=True,
        ),
    ),
    examples=(
        _join_example("h ##u ##g", ("h", "##u")),
        _join_example("h ##u ##g", ("##u", "##g")),
        _join_example("h ##u ##g", ("##u", "##n")),
        _join_example("b ##a ##n ##a ##n", ("##a", "##n")),
        _join_example("z ##z ##z ##z", ("##z", "##z")),
        _join_example("c ##a ##b", ("a", "##b")),
        Example(
            lambda: {"pieces": "['h', '##u', '##g']", "pair": "('h', '##u')"}, _list_afterwards
        ),
    ),
    behaviours=(_word_changes,),
)

# --- wordpiece --------------------------------------------------------------------------------

UNKNOWN = object()  # stands for "no piece fits" while a word is being cut


def _greedy(word: str, fits: Any, ends: Any) -> list[str] | None:
    """From left to right, the first of `ends` at which a piece fits."""
    pieces, start = [], 0
    while start < len(word):
        end = next((end for end in ends(start, len(word)) if fits(word, start, end)), None)
        if end is None:
            return None
        pieces.append((start, end))
        start = end
    return pieces


def _from_the_end(word: str, fits: Any) -> list | None:
    pieces, end = [], len(word)
    while end > 0:
        start = next((start for start in range(end) if fits(word, start, end)), None)
        if start is None:
            return None
        pieces.insert(0, (start, end))
        end = start
    return pieces


def _fewest(word: str, fits: Any) -> list | None:
    best: list[list | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            before = best[start]
            if before is None or not fits(word, start, end):
                continue
            if best[end] is None or len(before) + 1 < len(best[end]):
                best[end] = [*before, (start, end)]
    return best[-1]


def _backtracking(word: str, fits: Any, start: int = 0) -> list | None:
    if start == len(word):
        return []
    for end in range(len(word), start, -1):
        if fits(word, start, end):
            rest = _backtracking(word, fits, end)
            if rest is not None:
                return [(start, end), *rest]
    return None


def _longest_first(start: int, length: int) -> range:
    return range(length, start, -1)


def _shortest_first(start: int, length: int) -> range:
    return range(start + 1, length + 1)


CUTS = {
    "right": lambda word, fits: _greedy(word, fits, _longest_first),
    "shortest": lambda word, fits: _greedy(word, fits, _shortest_first),
    "from_the_end": _from_the_end,
    "fewest": _fewest,
    "backtracking": _backtracking,
    "characters": lambda word, fits: _greedy(word, fits, lambda start, _: [start + 1]),
    "whole_only": lambda word, fits: _greedy(word, fits, lambda _, length: [length]),
    "never_whole": lambda word, fits: _greedy(
        word, fits, lambda start, length: range(length - 1 if start == 0 else length, start, -1)
    ),
}

# The sign in front of a piece, as it is looked up and as it is returned.
PREFIXES = {
    "right": lambda start: (PREFIX, PREFIX) if start else ("", ""),
    "not_looked_up": lambda start: ("", PREFIX if start else ""),
    "not_returned": lambda start: (PREFIX if start else "", ""),
    "missing": lambda start: ("", ""),
    "everywhere": lambda start: (PREFIX, PREFIX),
}


def _partly(word: str, fits: Any, on_unknown: str) -> list:
    """Go on after what cannot be cut, in the ways people do."""
    pieces: list[Any] = []
    start = 0
    while start < len(word):
        end = next((e for e in _longest_first(start, len(word)) if fits(word, start, e)), None)
        if end is not None:
            pieces.append((start, end))
            start = end
        elif on_unknown == "rest":
            return [*pieces, UNKNOWN]
        elif on_unknown == "dropped":
            return pieces
        else:
            pieces += {"character": [UNKNOWN], "skipped": []}[on_unknown]
            start += 1
    return pieces


def _too_long(word: str, most: int, limit: str) -> bool:
    return {
        "right": len(word) > most,
        "ignored": False,
        "inclusive": len(word) >= most,
        "fixed": len(word) > 100,
        "cut": False,
    }[limit]


def wordpiece_family(
    cut: str = "right",
    prefix: str = "right",
    on_unknown: str = "right",
    limit: str = "right",
    sign: str = "right",
    result: str = "right",
) -> Any:
    def wordpiece(word: str, vocab: Any, unk: str = "[UNK]", max_chars: int = 100) -> Any:
        def fits(word: str, start: int, end: int) -> bool:
            return PREFIXES[prefix](start)[0] + word[start:end] in vocab

        def written(piece: Any) -> str:
            if piece is UNKNOWN:
                return "[UNK]" if sign == "fixed" else unk
            start, end = piece
            return PREFIXES[prefix](start)[1] + word[start:end]

        word = word[:max_chars] if limit == "cut" else word
        if _too_long(word, max_chars, limit):
            pieces = [UNKNOWN]
        elif on_unknown in ("right", "word", "empty"):
            pieces = CUTS[cut](word, fits)
        else:
            pieces = _partly(word, fits, on_unknown)
        if pieces is None:
            if on_unknown == "word":
                return [word]
            pieces = [] if on_unknown == "empty" else [UNKNOWN]
        spelling = [written(piece) for piece in pieces]
        if result == "bare_unknown" and pieces == [UNKNOWN]:
            return spelling[0]
        return {"nothing": None, "string": " ".join(spelling), "reversed": spelling[::-1]}.get(
            result, spelling
        )

    return wordpiece


WORDPIECE_FAULTS = (
    nothing_returned(result="nothing"),
    Fault(
        "one_string",
        "The pieces are joined into one string",
        "A list of pieces is asked for; each of them will become an id.",
        {"result": "string"},
    ),
    Fault(
        "reversed",
        "The pieces stand in reverse order",
        "Without their ## they have to spell the word, from left to right.",
        {"result": "reversed"},
    ),
    Fault(
        "shortest_first",
        "The shortest piece is taken",
        "Single letters nearly always fit, so words fall into letters. Try the longest piece "
        "first: let the end run down from len(word).",
        {"cut": "shortest"},
    ),
    Fault(
        "single_characters",
        "The word is cut into single characters",
        "Look for pieces of any length, the longest first.",
        {"cut": "characters"},
    ),
    Fault(
        "whole_words_only",
        "Only whole words are found",
        "What is not in the vocabulary as a whole may be there in pieces: shorten the end until "
        "something fits, then go on from there.",
        {"cut": "whole_only"},
    ),
    Fault(
        "whole_word_not_tried",
        "The whole word is never tried",
        "The first end to try is len(word), which leaves no character out.",
        {"cut": "never_whole"},
    ),
    Fault(
        "cut_from_the_end",
        "The pieces are taken from the end of the word",
        "BERT takes the longest piece with which the word begins, then the longest with which the "
        "rest begins. From the right the same word is cut elsewhere.",
        {"cut": "from_the_end"},
    ),
    Fault(
        "fewest_pieces",
        "The word is cut into the fewest pieces",
        "It looks better, but a model knows only the pieces it has been trained on, and those "
        "were cut greedily: the longest first, without looking ahead.",
        {"cut": "fewest"},
    ),
    Fault(
        "looks_back",
        "Where the greedy cut fails, another is tried",
        "BERT never goes back on a piece. If the rest cannot be cut, the whole word is [UNK].",
        {"cut": "backtracking"},
    ),
    Fault(
        "prefix_missing",
        "Pieces inside a word have no ##",
        "able at the beginning of a word and ##able inside one are two pieces. From the second on, "
        'look up and return "##" + word[start:end].',
        {"prefix": "missing"},
    ),
    Fault(
        "prefix_not_looked_up",
        "Pieces inside a word are looked up without their ##",
        "That finds able, which only begins words, where ##able is wanted. Put the ## in front "
        "before you look the piece up.",
        {"prefix": "not_looked_up"},
    ),
    Fault(
        "prefix_not_returned",
        "Pieces inside a word are returned without their ##",
        "They are looked up with it, and that is the piece: ##able and able have different ids.",
        {"prefix": "not_returned"},
    ),
    Fault(
        "prefix_everywhere",
        "The first piece gets a ##, too",
        "## says that a piece goes on. The first piece begins the word: only if start > 0.",
        {"prefix": "everywhere"},
    ),
    Fault(
        "unknown_rest",
        "Only the rest of the word becomes unknown",
        "A word is known or it is not: if any part cannot be cut, the whole word is one [UNK], and "
        "the pieces found before are dropped.",
        {"on_unknown": "rest"},
    ),
    Fault(
        "unknown_character",
        "Only the character that does not fit becomes unknown",
        "A word is known or it is not: if any part cannot be cut, the whole word is one [UNK].",
        {"on_unknown": "character"},
    ),
    Fault(
        "unknown_skipped",
        "Characters that do not fit are left out",
        "Nobody would see that something is missing. If any part cannot be cut, the whole word is "
        "one [UNK].",
        {"on_unknown": "skipped"},
    ),
    Fault(
        "unknown_rest_dropped",
        "What cannot be cut is dropped",
        "The pieces before it look like another, shorter word. If any part cannot be cut, the "
        "whole word is one [UNK].",
        {"on_unknown": "dropped"},
    ),
    Fault(
        "unknown_empty",
        "An unknown word disappears",
        "An empty list leaves no trace of the word. One [UNK] says that there was one.",
        {"on_unknown": "empty"},
    ),
    Fault(
        "unknown_word_kept",
        "An unknown word is returned as it is",
        "It is not in the vocabulary, so it has no id. Return [unk].",
        {"on_unknown": "word"},
    ),
    Fault(
        "unknown_not_in_a_list",
        "An unknown word is a string, not a list",
        "The caller puts the pieces of many words together, and would take the string apart into "
        "its letters. Return [unk], a list of one piece.",
        {"result": "bare_unknown"},
    ),
    Fault(
        "unknown_sign_fixed",
        "The argument `unk` is not used",
        "[UNK] is what it is by default. Other vocabularies call it otherwise: return [unk].",
        {"sign": "fixed"},
    ),
    Fault(
        "limit_ignored",
        "Words of any length are cut",
        "A word with more than max_chars characters becomes [unk] without a search.",
        {"limit": "ignored"},
    ),
    Fault(
        "limit_inclusive",
        "A word of exactly max_chars characters is refused",
        "Only longer ones are: len(word) > max_chars.",
        {"limit": "inclusive"},
    ),
    Fault(
        "limit_fixed",
        "The argument `max_chars` is not used",
        "100 is what it is by default: compare len(word) with max_chars.",
        {"limit": "fixed"},
    ),
    Fault(
        "limit_cuts",
        "A long word is shortened",
        "Its beginning would pass for the word. Longer ones become [unk] as a whole.",
        {"limit": "cut"},
    ),
)

# Whole words, beginnings and continuations: `able` begins words, `##ed` never does.
VOCABULARY = """
    play able un p l a y b c ##aff ##able ##ed ##ing ##play ##p ##l ##a ##y ##b ##ff
    abc ab ##cde ##d ##e lmnop lmn l ##m ##q ##r ##nopqr ##opqr rab ra ##bbit
"""
PIECES = frozenset(VOCABULARY.split())


def _cut(*words: str, **more: Any) -> Any:
    """What a candidate makes of some words; further arguments go by position."""
    return lambda f: {word: f(word, set(PIECES), *more.values()) for word in words}


def _long_words(f: Any) -> dict[str, Any]:
    short = {f"{word}, max_chars=4": f(word, set(PIECES), "[UNK]", 4) for word in ("play", "plays")}
    return {**short, "playing, max_chars=6": f("playing", set(PIECES), "[UNK]", 6)}


def _very_long(f: Any) -> dict[str, int]:
    lengths = {length: f("a" * length, set(PIECES)) for length in (100, 101, 300)}
    return {f"{length} times a, pieces": len(pieces) for length, pieces in lengths.items()}


def _spells(f: Any) -> str | None:
    for word in ("unaffable", "played", "abcde"):
        spelling = "".join(piece.removeprefix(PREFIX) for piece in f(word, set(PIECES)))
        if spelling != word:
            return f"Without their ##, the pieces of {word} spell {spelling}."
    return None


def _not_in_vocabulary(f: Any) -> str | None:
    found = (*f("unaffable", set(PIECES)), *f("abcde", set(PIECES)))
    strange = [piece for piece in found if piece not in PIECES]
    return f"{strange[0]} is not in the vocabulary." if strange else None


def _cut_example(word: str, vocab: str, *more: Any) -> Example:
    names = dict(zip(("unk", "max_chars"), more, strict=False))
    return Example(
        lambda: {"word": word, "vocab": vocab, **names},
        lambda f, word, vocab, **_: spelt(f(word, set(vocab.split()), *more)),
    )


WORDPIECE = Exercise(
    id="wordpiece",
    week=3,
    title="Greedy, the longest first",
    difficulty=2,
    minutes=15,
    hints=(
        "Two loops. The outer one goes on while start < len(word). The inner one lets end run down "
        "from len(word) to start + 1, and stops at the first piece that is in the vocabulary.",
        "The piece to look up is `word[start:end]`, with `##` in front if start > 0. If no end "
        "gives one, return [unk] at once. Before all that: if len(word) > max_chars, return [unk].",
        '`for end in range(len(word), start, -1):`, in it `piece = ("##" if start else "") + '
        "word[start:end]` and `if piece in vocab:` append it, set `start = end` and `break`; the "
        "loop's own `else: return [unk]` runs if it never broke off",
    ),
    reference=wordpiece.wordpiece,
    family=Family(wordpiece_family, WORDPIECE_FAULTS),
    probes=(
        Probe("whole", "on words of the vocabulary", _cut("play", "able")),
        Probe("pieces", "on words in several pieces", _cut("played", "unaffable", "playing")),
        Probe("begins", "on a word that begins as others go on", _cut("cab", "bed")),
        Probe("unknown", "on words that cannot be cut", _cut("xyz", "playx", "xplay", "plaxed")),
        Probe("goes on", "where a piece may begin words only", _cut("playun", "bitab")),
        Probe("greedy", "where the longest piece is not the best", _cut("abcde", "lmnopqr")),
        Probe("dead end", "where the longest piece leads nowhere", _cut("rabbit")),
        Probe("sign", "with another sign for the unknown", _cut("xyz", "playx", unk="<unk>")),
        Probe("long", "on long words", _long_words),
        Probe("very long", "on very long words, with max_chars as it is", _very_long),
    ),
    examples=(
        _cut_example("play", "play ##ed un"),
        _cut_example("played", "play ##ed un"),
        _cut_example("playx", "play ##ed un"),
        _cut_example("play", "play p ##l ##a ##y"),
        _cut_example("ably", "able a ##b ##ly ##ab"),
        _cut_example("playable", "play able ##a"),
        _cut_example("playable", "play able ##able"),
        _cut_example("xplay", "play ##ed un"),
        _cut_example("abcde", "abc ab ##cde ##d ##e"),
        _cut_example("abcd", "abc ab ##cd"),
        _cut_example("playx", "play ##ed un", "<unk>"),
        _cut_example("played", "play ##ed un", "[UNK]", 6),
        _cut_example("played", "play ##ed un", "[UNK]", 5),
    ),
    behaviours=(_spells, _not_in_vocabulary),
)
