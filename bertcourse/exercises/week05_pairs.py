"""Week 5, third part: another document, and sentence pairs."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from bertcourse import objectives
from bertcourse.exercises.chances import listed, repeatable, rng_made_anew, rng_not_used, share
from bertcourse.exercises.common import nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.probes import Probe, Said, describe_type, freeze
from bertcourse.exercises.week05_tokens import source

Documents = Sequence[Sequence[Any]]

# --- another_document -------------------------------------------------------------------------

# The number of another document than d, of n.
OTHERS: dict[str, Callable[[Any, Documents, int], Any]] = {
    "right": lambda rng, documents, d: objectives.another_document(documents, d, rng),
    "any": lambda rng, documents, d: rng.randrange(len(documents)),
    "own": lambda rng, documents, d: d,
    "beyond": lambda rng, documents, d: rng.choice(
        [j for j in range(len(documents) + 1) if j != d]
    ),
    "beyond_and_own": lambda rng, documents, d: rng.randint(0, len(documents)),
    "last_never": lambda rng, documents, d: rng.choice(
        [j for j in range(len(documents) - 1) if j != d] or [0]
    ),
    "next": lambda rng, documents, d: (d + 1) % len(documents),
    "later": lambda rng, documents, d: rng.randrange(d + 1, len(documents)),
    "shrunk": lambda rng, documents, d: rng.randrange(len(documents) - 1),
    "empty_too": lambda rng, documents, d: rng.choice([j for j in range(len(documents)) if j != d]),
}


def _redrawn_once(rng: Any, documents: Documents, d: int) -> int:
    j = rng.randrange(len(documents))
    return rng.randrange(len(documents)) if j == d else j


def _stepped(rng: Any, documents: Documents, d: int) -> int:
    j = rng.randrange(len(documents))
    return (j + 1) % len(documents) if j == d else j


OTHERS |= {"redrawn_once": _redrawn_once, "stepped": _stepped}


def another_document_family(
    draw: str = "right", give: str = "number", randomness: str = "rng"
) -> Any:
    def another_document(documents: Documents, d: int, rng: Random) -> Any:
        j = OTHERS[draw](source(randomness, rng), documents, d)
        return {"number": j, "document": documents[j % len(documents)], "nothing": None}[give]

    return another_document


ANOTHER_DOCUMENT_FAULTS = (
    nothing_returned(give="nothing"),
    Fault(
        "document_returned",
        "The document itself is returned, not its number",
        "The number is asked for, j in documents[j].",
        {"give": "document"},
    ),
    Fault(
        "own_document_too",
        "The document may be d itself",
        "A sentence drawn from A's own document may be the true next one, and would be called "
        "wrong. Draw again while the number is d.",
        {"draw": "any"},
    ),
    Fault(
        "own_document",
        "The document is always d itself",
        "It should be any other one: its sentences do not continue A.",
        {"draw": "own"},
    ),
    Fault(
        "beyond_the_last",
        "The number may be one too large",
        "With n documents, numbers go from 0 to n − 1. `rng.randint(a, b)` includes b, "
        "`rng.randrange(b)` does not.",
        {"draw": "beyond"},
    ),
    Fault(
        "beyond_and_own",
        "The number may be d, or one too large",
        "`rng.randint(0, n)` includes n, and numbers end at n − 1. And d must be left out.",
        {"draw": "beyond_and_own"},
    ),
    Fault(
        "last_never",
        "The last document is never drawn",
        "`range(b)` and `randrange(b)` already leave b out: with n − 1 they end at n − 2.",
        {"draw": "last_never"},
    ),
    Fault(
        "range_shrunk",
        "The range is one shorter, but d is not left out",
        "There are n − 1 other documents, but they are not the first ones: a number from d on has "
        "to be raised by one.",
        {"draw": "shrunk"},
    ),
    Fault(
        "always_the_next",
        "It is always the next document",
        "Then B always comes from the same place, which a model could learn by heart. Draw one at "
        "random.",
        {"draw": "next"},
    ),
    Fault(
        "later_only",
        "Only later documents are drawn",
        "The ones before d are others as well. And the last document has none after it.",
        {"draw": "later"},
    ),
    Fault(
        "drawn_again_once",
        "The own number is drawn again only once",
        "The second draw may be d as well. `while` draws until it is not, `if` looks once.",
        {"draw": "redrawn_once"},
    ),
    Fault(
        "next_one_taken",
        "The next document is taken in place of d",
        "Then that one is drawn twice as often as the others. Draw again.",
        {"draw": "stepped"},
    ),
    rng_not_used(randomness="global"),
    Fault(
        "empty_drawn",
        "A document without sentences may be drawn",
        "There is nothing to take from it. Draw again while documents[j] is empty.",
        {"draw": "empty_too"},
    ),
)


def _five() -> list[list[str]]:
    return [["a0", "a1"], ["b0"], ["c0", "c1", "c2"], ["d0", "d1"], ["e0"]]


def _drawn_documents(f: Any, d: int, draws: int = 1000) -> list[Any]:
    rng = Random(1)
    return [f(_five(), d, rng) for _ in range(draws)]


def _document_kind(f: Any) -> Said:
    return Said(describe_type(freeze(f(_five(), 2, Random(1)))))


def _documents_drawn(f: Any, d: int = 2, draws: int = 1000) -> dict[str, Any]:
    drawn = _drawn_documents(f, d, draws)
    if len(set(drawn)) == 1:
        return {"documents drawn": Said(f"every draw gave {drawn[0]}")}
    own = drawn.count(d)
    seldom = "often" if own > 0.1 * draws else "now and then" if own else "never"
    return {f"document {d} itself is drawn": seldom, "documents drawn": listed(set(drawn))}


def _document_chances(f: Any, d: int = 2, draws: int = 1500) -> dict[str, float]:
    drawn = _drawn_documents(f, d, draws)
    others = [j for j in range(len(_five())) if j != d]
    return {
        f"share of document {j}": share(drawn.count(j), draws, 0.25, 0.4, 0.2, 1.0) for j in others
    }


def _no_empty(f: Any) -> dict[str, str]:
    documents, rng = [["a0"], [], ["c0"], ["d0"], []], Random(2)
    return {"documents drawn": listed({f(documents, 0, rng) for _ in range(300)})}


ANOTHER_DOCUMENT = Exercise(
    id="another_document",
    week=5,
    title="Another document",
    difficulty=1,
    minutes=4,
    hints=(
        "It is the same task as a random token: draw a number below len(documents), and again for "
        "as long as it is d.",
        "A list of the numbers that may be drawn does it as well: all j other than d for which "
        "documents[j] is not empty. `rng.choice` draws from it.",
        "`others = [j for j in range(len(documents)) if j != d and documents[j]]`, then `return "
        "rng.choice(others)`",
    ),
    reference=objectives.another_document,
    family=Family(another_document_family, ANOTHER_DOCUMENT_FAULTS),
    probes=(
        Probe("kind", "in what it returns", _document_kind),
        Probe("drawn", "in what is drawn from five documents, with d = 2", _documents_drawn),
        Probe("last", "with d = 4, the last one", lambda f: _documents_drawn(f, 4)),
        Probe("chances", "in how often each is drawn", _document_chances),
        Probe(
            "rng",
            "in where the randomness comes from",
            lambda f: repeatable(lambda rng: [f(_five(), 2, rng) for _ in range(40)]),
        ),
        Probe("empty", "where some documents are empty", _no_empty, advice=True),
    ),
    examples=(
        Example(
            lambda: {"documents": "five of them", "d": 2, "draws": 1000},
            lambda f, documents, d, draws: _documents_drawn(f, d, draws),
        ),
        Example(
            lambda: {"documents": "five of them", "d": 4, "draws": 1000},
            lambda f, documents, d, draws: _documents_drawn(f, d, draws),
        ),
        Example(
            lambda: {"documents": "five of them", "d": 2, "draws": 1500},
            lambda f, documents, d, draws: _document_chances(f, d, draws),
        ),
        Example(
            lambda: {"documents": "five of them", "d": 2, "rng": "Random(5), twice"},
            lambda f, documents, d, rng: repeatable(
                lambda rng: [f(_five(), d, rng) for _ in range(40)]
            ),
        ),
    ),
)

# --- sentence_pair ----------------------------------------------------------------------------


def sentence_pair_family(
    true: float = 0.5,
    labels: tuple[Any, Any] = (0, 1),
    negatives: str = "other",
    pick: str = "any",
    last: str = "right",
    first: str = "a",
    give: str = "triple",
    randomness: str = "rng",
    changed: bool = False,
    empty: bool = True,
) -> Any:
    def sentence_pair(documents: Any, d: int, i: int, rng: Random) -> Any:
        chances, document = source(randomness, rng), documents[d]
        is_last = i == len(document) - 1
        a, b = document[i], None
        takes_next = chances.random() < true
        if last == "fails" and takes_next:
            document[i + 1]
        if takes_next and (not is_last or last == "wraps" or last == "next_document"):
            wraps = is_last and last == "wraps"
            follows = document[0] if wraps else document[i + 1] if not is_last else None
            b = documents[(d + 1) % len(documents)][0] if follows is None else follows
            label = labels[0]
        elif is_last and last == "nothing":
            return None
        else:
            b, label = _negative(documents, d, i, chances), labels[1]
        if changed:
            documents.pop(d)
        return {
            "triple": (document[0] if first == "first" else a, b, label),
            "text": (f"{a} {b}", label),
            "label_first": (label, a, b),
            "swapped": (b, a, label),
            "nothing": None,
        }[give]

    def _negative(documents: Any, d: int, i: int, chances: Any) -> Any:
        if negatives == "anywhere":
            other = documents[chances.randrange(len(documents))]
        elif negatives == "own":
            other = documents[d]
        elif negatives == "not_the_next":
            other = [s for j, s in enumerate(documents[d]) if j not in (i, i + 1)] or documents[d]
        elif negatives == "next_document":
            other = documents[(d + 1) % len(documents)]
        else:
            kinds = "right" if empty else "empty_too"
            other = documents[OTHERS[kinds](chances, documents, d)]
        if pick == "document":
            return other
        return other[0] if pick == "first" else chances.choice(other)

    return sentence_pair


SENTENCE_PAIR_FAULTS = (
    nothing_returned(give="nothing"),
    Fault(
        "joined",
        "The two sentences are joined into one text",
        "Three things are asked for: A, B and the label. Joining them, with [SEP] in between, is "
        "pack_pair's work.",
        {"give": "text"},
    ),
    Fault(
        "label_first",
        "The label is returned first",
        "The order that the caller relies on is A, B, label.",
        {"give": "label_first"},
    ),
    Fault(
        "sentences_swapped",
        "A and B are exchanged",
        "A comes first: it is documents[d][i].",
        {"give": "swapped"},
    ),
    Fault(
        "a_is_first_sentence",
        "A is always the first sentence of the document",
        "i says which sentence is A: documents[d][i].",
        {"first": "first"},
    ),
    rng_not_used(randomness="global"),
    rng_made_anew(randomness="anew"),
    Fault(
        "labels_exchanged",
        "The labels are exchanged",
        "0 means that B is next, 1 that it is not. It is the order of the released weights, and "
        "the reverse of what many expect.",
        {"labels": (1, 0)},
    ),
    Fault(
        "labels_are_words",
        "The labels are words",
        "The loss needs numbers: 0 = IsNext, 1 = NotNext.",
        {"labels": ("IsNext", "NotNext")},
    ),
    Fault(
        "label_always_next",
        "The label says IsNext even when B is from another document",
        "Where B is drawn, the label is 1.",
        {"labels": (0, 0)},
    ),
    Fault(
        "label_never_next",
        "The label says NotNext even when B is the next sentence",
        "Where B is documents[d][i + 1], the label is 0.",
        {"labels": (1, 1)},
    ),
    Fault(
        "negative_from_anywhere",
        "A negative may come from the same document",
        "Then it may even be the true next sentence, and be called wrong. Draw from another "
        "document: another_document gives its number.",
        {"negatives": "anywhere"},
    ),
    Fault(
        "negative_from_own_document",
        "Negatives come from the same document",
        "They may be the true next sentence, and be called wrong. Draw from another document.",
        {"negatives": "own"},
    ),
    Fault(
        "negative_from_own_document_elsewhere",
        "Negatives come from elsewhere in the same document",
        "That is a task of its own, and a harder one. BERT's negatives come from another document.",
        {"negatives": "not_the_next"},
    ),
    Fault(
        "negative_from_next_document",
        "Negatives always come from the next document",
        "B should be any sentence of any other document: another_document draws one.",
        {"negatives": "next_document"},
    ),
    Fault(
        "first_sentence_only",
        "A negative is always the first sentence of its document",
        "First sentences are easy to recognise: the model would learn that, and not whether B "
        "follows A. Draw any sentence.",
        {"pick": "first"},
    ),
    Fault(
        "whole_document",
        "B is a whole document",
        "Draw one of its sentences: rng.choice(documents[j]).",
        {"pick": "document"},
    ),
    Fault(
        "always_next",
        "B is always the next sentence",
        "Without negatives there is nothing to learn. Half the time B comes from another document.",
        {"true": 1.0},
    ),
    Fault(
        "never_next",
        "B is never the next sentence",
        "Half the time it is documents[d][i + 1].",
        {"true": 0.0},
    ),
    Fault(
        "next_too_rarely",
        "B is the next sentence in a quarter of the pairs",
        "One draw decides, and half the draws lie below 0.5. Where two draws have to succeed, only "
        "a quarter of the pairs are left.",
        {"true": 0.25},
    ),
    Fault(
        "fifteen_percent",
        "B is the next sentence in 15 % of the pairs",
        "15 % is the share of masked tokens. Sentence pairs are half and half.",
        {"true": 0.15},
    ),
    Fault(
        "last_fails",
        "The code stops at the last sentence of a document",
        "There is no documents[d][i + 1] then: the last sentence always gets a B from another "
        "document.",
        {"last": "fails"},
    ),
    Fault(
        "last_wraps",
        "The first sentence is said to follow the last",
        "Nothing follows the last sentence of a document: its B comes from another one, and the "
        "label is 1.",
        {"last": "wraps"},
    ),
    Fault(
        "last_runs_on",
        "The next document is said to follow the last sentence",
        "Documents are about different things: after the last sentence B is drawn from another "
        "document, and the label is 1.",
        {"last": "next_document"},
    ),
    Fault(
        "last_has_no_pair",
        "The last sentence gets no pair",
        "It may well be A. Its B is always drawn from another document.",
        {"last": "nothing"},
    ),
    Fault(
        "documents_changed",
        "The documents are changed",
        "`pop`, `remove` and `shuffle` work on the caller's lists, which are needed for the next "
        "pair. Draw a number other than d instead.",
        {"changed": True},
    ),
    Fault(
        "empty_drawn",
        "The code stops when another document is empty",
        "There is nothing to draw from it. another_document steps over empty ones.",
        {"empty": False},
    ),
)


def _four_documents(kind: type = str) -> list[list[Any]]:
    """Documents of 4, 2, 3 and 2 sentences, each with a name, or with ids, of its own."""
    names = [
        [f"{letter}{i}" for i in range(n)] for letter, n in zip("abcd", (4, 2, 3, 2), strict=True)
    ]
    if kind is list:
        return [[[ord(name[0]), int(name[1])] for name in document] for document in names]
    return names


def _pairs(f: Any, d: int, i: int, runs: int = 500) -> list[tuple[Any, Any, Any]]:
    rng = Random(3)
    return [tuple(f(_four_documents(), d, i, rng)) for _ in range(runs)]


def _number(label: Any) -> int:
    return int(label) if isinstance(label, int) else -1


def _pair_kind(f: Any, seeds: int = 20) -> dict[str, Any]:
    """Three things, and the first of them is A."""
    documents = _four_documents()
    results = [f(_four_documents(), 0, 1, Random(seed)) for seed in range(seeds)]
    for result in results:
        if not isinstance(result, tuple | list) or len(result) != 3:
            return {"returned": Said(describe_type(freeze(result)))}
    firsts = {str(result[0]) for result in results}
    numbers = all(isinstance(result[2], int) for result in results)
    return {
        "A": listed(firsts) if firsts == {documents[0][1]} else Said(f"A is {listed(firsts)}"),
        "the label is a whole number": numbers,
    }


def _truth(f: Any, d: int = 0, i: int = 1, runs: int = 500) -> dict[str, Any]:
    """What B is, by label, and how often."""
    pairs = _pairs(f, d, i, runs)
    sentences: dict[int, set[str]] = {0: set(), 1: set()}
    for _a, b, label in pairs:
        sentences.setdefault(_number(label), set()).add(str(b))
    return {
        "B where the label is 0": _briefly(sentences[0]),
        "B where the label is 1": _briefly(sentences[1]),
    }


def _briefly(sentences: set[str]) -> str:
    return listed(sentences) if all(len(s) < 5 for s in sentences) else "more than one sentence"


def _share_of_next(f: Any, runs: int = 800) -> dict[str, float]:
    labels = [_number(label) for _, _, label in _pairs(f, 0, 1, runs)]
    return {"share of pairs with label 0": share(labels.count(0), runs, 0.5, 0.25, 0.15, 0.0, 1.0)}


def _ids_as_sentences(f: Any) -> dict[str, Any]:
    documents = _four_documents(list)
    a, b, _label = f(_four_documents(list), 0, 0, Random(4))
    return {"A": a, "B is one of the sentences": any(b in document for document in documents)}


def _documents_after(f: Any) -> dict[str, Said]:
    rng, same = Random(5), True
    for _ in range(20):
        documents = _four_documents()
        f(documents, 0, 1, rng)
        same = same and documents == _four_documents()
    return {"documents": Said("unchanged" if same else "changed")}


def _with_empty_documents(f: Any) -> Any:
    documents, rng = [["a0", "a1"], [], ["c0", "c1"], []], Random(6)
    try:
        return listed({str(f(documents, 0, 1, rng)[1]) for _ in range(100)})
    except Exception:
        return Said("the code stops with an error")


def _shown_documents() -> str:
    return " | ".join(" ".join(document) for document in _four_documents())


SENTENCE_PAIR = Exercise(
    id="sentence_pair",
    week=5,
    title="Sentence pairs",
    difficulty=2,
    minutes=8,
    hints=(
        "Two cases. If A is not the last sentence, and a draw falls below 0.5, B is the next one "
        "and the label 0. In every other case B is drawn and the label is 1.",
        "A is the last sentence if `i == len(documents[d]) - 1`. A drawn B is one of the sentences "
        "of documents[j], with j = `another_document(documents, d, rng)`.",
        "`if i + 1 < len(documents[d]) and rng.random() < 0.5: return documents[d][i], "
        "documents[d][i + 1], 0`, then `return documents[d][i], "
        "rng.choice(documents[another_document(documents, d, rng)]), 1`",
    ),
    reference=objectives.sentence_pair,
    family=Family(sentence_pair_family, SENTENCE_PAIR_FAULTS),
    probes=(
        Probe("kind", "in what it returns", _pair_kind),
        Probe(
            "rng",
            "in where the randomness comes from",
            lambda f: repeatable(lambda rng: [f(_four_documents(), 0, 1, rng) for _ in range(40)]),
        ),
        Probe("documents", "in what it leaves behind", _documents_after),
        Probe("share", "in how often B is the next sentence", _share_of_next),
        Probe("truth", "in what B is, with d = 0 and i = 1", _truth),
        Probe("middle", "in what B is, with d = 2 and i = 0", lambda f: _truth(f, 2, 0)),
        Probe("last", "for the last sentence of a document", lambda f: _truth(f, 0, 3)),
        Probe("ids", "where sentences are lists of ids", _ids_as_sentences),
        Probe("empty", "where some documents are empty", _with_empty_documents, advice=True),
    ),
    examples=(
        Example(
            lambda: {"documents": _shown_documents(), "d": 0, "i": 1, "runs": 500},
            lambda f, documents, d, i, runs: _truth(f, d, i, runs),
        ),
        Example(
            lambda: {"documents": _shown_documents(), "d": 0, "i": 3, "runs": 500},
            lambda f, documents, d, i, runs: _truth(f, d, i, runs),
        ),
        Example(
            lambda: {"documents": _shown_documents(), "d": 0, "i": 1, "runs": 800},
            lambda f, documents, d, i, runs: _share_of_next(f, runs),
        ),
        Example(
            lambda: {"documents": _shown_documents(), "d": 0, "i": 1, "runs": 20},
            lambda f, documents, d, i, runs: _pair_kind(f, runs),
        ),
        Example(
            lambda: {"documents": _shown_documents(), "d": 0, "i": 1, "rng": "Random(5), twice"},
            lambda f, documents, d, i, rng: repeatable(
                lambda rng: [f(_four_documents(), d, i, rng) for _ in range(40)]
            ),
        ),
        Example(
            lambda: {"documents": _shown_documents(), "d": 0, "i": 1},
            lambda f, documents, d, i: {"documents afterwards": _documents_after(f)["documents"]},
        ),
    ),
)
