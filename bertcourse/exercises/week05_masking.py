"""Week 5, second part: masking a sequence."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random
from typing import Any

from bertcourse import objectives
from bertcourse.exercises.chances import listed, repeatable, rng_made_anew, rng_not_used, share
from bertcourse.exercises.common import nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.probes import Probe, Said, describe_type, freeze
from bertcourse.exercises.week05_tokens import (
    FATE_FAULTS,
    PUT_IN_FAULTS,
    TOKENS,
    decide,
    fate_shares,
    source,
)

PAD, UNK, CLS, SEP, MASK = SPECIAL = [10, 11, 12, 13, 14]


def _exact(rng: Any, places: list[int], p: float, most: int) -> list[int]:
    return rng.sample(places, objectives.n_predictions(len(places), p, most))


def _coins(rng: Any, places: list[int], p: float, most: int) -> list[int]:
    return [place for place in places if rng.random() < p][:most]


def _again_and_again(rng: Any, places: list[int], p: float, most: int) -> list[int]:
    count = objectives.n_predictions(len(places), p, most)
    return sorted(set(rng.choices(places, k=count))) if places else []


def _span(rng: Any, places: list[int], p: float, most: int) -> list[int]:
    count = objectives.n_predictions(len(places), p, most)
    start = rng.randrange(len(places) - count + 1)
    return places[start : start + count]


# Which of the places where a token may be chosen are chosen.
CHOICES: dict[str, Callable[[Any, list[int], float, int], list[int]]] = {
    "right": _exact,
    "fixed_share": lambda rng, places, p, most: _exact(rng, places, 0.15, most),
    "share_not_chosen": lambda rng, places, p, most: _exact(rng, places, 1 - p, most),
    "replacement": _again_and_again,
    "first": lambda rng, places, p, most: places[: objectives.n_predictions(len(places), p, most)],
    "span": _span,
    "none": lambda rng, places, p, most: rng.sample(places, min(most, round(p * len(places)))),
    "not_limited": lambda rng, places, p, most: _exact(rng, places, p, len(places)),
    "fixed_limit": lambda rng, places, p, most: _exact(rng, places, p, max(most, 20)),
    "limited_in_order": lambda rng, places, p, most: (
        _coins(rng, places, p, most) or rng.sample(places, 1)
    ),
    "all": lambda rng, places, p, most: places,
}

# Where a token may be chosen.
PLACES: dict[str, Callable[[list[int], set[int]], list[int]]] = {
    "right": lambda ids, special: [i for i, token in enumerate(ids) if token not in special],
    "anywhere": lambda ids, special: list(range(len(ids))),
    "not_the_ends": lambda ids, special: list(range(1, len(ids) - 1)),
    "first_special_only": lambda ids, special: [
        i for i, token in enumerate(ids) if token not in (CLS, SEP)
    ],
}

# The labels, from what was there, what is seen now and which places were chosen.
LABELS: dict[str, Callable[[int, int, bool, int, int], int]] = {
    "old": lambda old, seen, chosen, ignore, mask: old if chosen else ignore,
    "new": lambda old, seen, chosen, ignore, mask: seen if chosen else ignore,
    "everywhere": lambda old, seen, chosen, ignore, mask: old,
    "inverted": lambda old, seen, chosen, ignore, mask: ignore if chosen else old,
    "masked_only": lambda old, seen, chosen, ignore, mask: old if seen == mask else ignore,
    "changed_only": lambda old, seen, chosen, ignore, mask: old if seen != old else ignore,
    "hundred": lambda old, seen, chosen, ignore, mask: old if chosen else -100,
    "zero": lambda old, seen, chosen, ignore, mask: old if chosen else 0,
    "ones": lambda old, seen, chosen, ignore, mask: 1 if chosen else ignore,
}


def _counted_off(fate: str, n: int, rng: Any) -> list[str]:
    masked, replaced = int(0.8 * n), int(0.1 * n)
    kept = n - masked - replaced
    return ["always"] * masked + ["always_random"] * replaced + ["never_hidden"] * kept


def _together(fate: str, n: int, rng: Any) -> list[str]:
    return rng.choices(["always", "always_random", "never_hidden"], [8, 1, 1]) * n


# How the fates of n chosen tokens are decided.
KINDS: dict[str, Callable[[str, int, Any], list[str]]] = {
    "each": lambda fate, n, rng: [fate] * n,
    "counted": _counted_off,
    "together": _together,
}


def mask_tokens_family(
    choice: str = "right",
    places: str = "right",
    counted: str = "ordinary",
    fate: str = "right",
    fates: str = "each",
    draw: str = "right",
    label: str = "old",
    give: str = "pair",
    copy: bool = True,
    randomness: str = "rng",
    empty: bool = True,
) -> Any:
    def mask_tokens(
        ids: list[int],
        rng: Random,
        vocab_size: int,
        mask_id: int,
        special_ids: Sequence[int],
        p: float = 0.15,
        ignore_index: int = -100,
        max_predictions: int = 20,
    ) -> Any:
        chances, special = source(randomness, rng), {mask_id, *special_ids}
        may = PLACES[places](ids, special)
        if counted == "all":
            p = min(1.0, p * len(ids) / max(1, len(may)))
        if not may and not empty:
            raise IndexError("Cannot choose from an empty sequence")
        chosen = CHOICES[choice](chances, may, p, max_predictions)
        before, seen = list(ids), list(ids) if copy else ids
        once = TOKENS["right"](chances, vocab_size, special)
        for place, kind in zip(chosen, KINDS[fates](fate, len(chosen), chances), strict=True):
            token = decide(kind, draw, ids[place], chances, vocab_size, mask_id, special)
            is_random = token not in (before[place], mask_id)
            seen[place] = once if is_random and draw == "one" else token
        labels = [
            LABELS[label](old, now, place in set(chosen), ignore_index, mask_id)
            for place, (old, now) in enumerate(zip(before, seen, strict=True))
        ]
        return {
            "pair": (seen, labels),
            "swapped": (labels, seen),
            "inputs": seen,
            "nothing": None,
        }[give]

    return mask_tokens


MASK_TOKENS_FAULTS = (
    nothing_returned(give="nothing"),
    Fault(
        "labels_missing",
        "Only one list is returned",
        "Two are asked for: what the model sees, and what it should answer.",
        {"give": "inputs"},
    ),
    Fault(
        "pair_swapped",
        "The labels are returned first",
        "First what the model sees, then the labels: `return inputs, labels`.",
        {"give": "swapped"},
    ),
    rng_not_used(randomness="global"),
    rng_made_anew(randomness="anew"),
    Fault(
        "labels_new",
        "The labels are what the model sees, not what was there",
        "The answer to a [MASK] would be [MASK]. Note the old id down before it is replaced.",
        {"label": "new"},
    ),
    Fault(
        "labels_everywhere",
        "Every token has a label",
        "Then the model is asked for tokens that it sees, which is easy and teaches little. What "
        "was not chosen gets ignore_index.",
        {"label": "everywhere"},
    ),
    Fault(
        "labels_inverted",
        "The tokens that were not chosen have the labels",
        "The answer is wanted where a token was chosen. The others get ignore_index.",
        {"label": "inverted"},
    ),
    Fault(
        "only_masked_labelled",
        "Only what became [MASK] has a label",
        "All chosen tokens are predicted, also the 10 % random ones and the 10 % that stay. "
        "Otherwise the model learns that an answer is wanted at [MASK] alone.",
        {"label": "masked_only"},
    ),
    Fault(
        "only_changed_labelled",
        "Chosen tokens that stay as they are have no label",
        "All chosen tokens are predicted, also the 10 % that stay: they are the only ones whose "
        "answer can be seen.",
        {"label": "changed_only"},
    ),
    Fault(
        "labels_say_where",
        "The labels say where a token was chosen, not which",
        "A label is the class to predict, the old id itself, not 1.",
        {"label": "ones"},
    ),
    Fault(
        "ignore_index_fixed",
        "ignore_index is not used: the label of the others is always -100",
        "It is an argument so that the caller can choose another.",
        {"label": "hundred"},
    ),
    Fault(
        "ignored_label_zero",
        "The label of the others is 0",
        "0 is an id of the vocabulary, and a label of next sentence prediction besides. Use the "
        "argument ignore_index.",
        {"label": "zero"},
    ),
    Fault(
        "special_chosen",
        "Special tokens are chosen, too",
        "[CLS], [SEP] and [PAD] are not words of the text: there is nothing to learn from "
        "predicting them. Choose among the ids that are not in special_ids.",
        {"places": "anywhere"},
    ),
    Fault(
        "special_by_position",
        "Only the first and the last position are spared",
        "A packed pair has a [SEP] in the middle, and padding at its end. Look whether the id is "
        "in special_ids.",
        {"places": "not_the_ends"},
    ),
    Fault(
        "padding_chosen",
        "Padding is chosen, too",
        "[CLS] and [SEP] are spared, but special_ids holds more: nothing can be learnt from "
        "predicting [PAD].",
        {"places": "first_special_only"},
    ),
    Fault(
        "share_fixed",
        "p is not used: the share is always 15 %",
        "The share to choose is an argument.",
        {"choice": "fixed_share"},
    ),
    Fault(
        "share_inverted",
        "The share that is chosen is 1 - p",
        "p is the share to choose, not the share to leave alone.",
        {"choice": "share_not_chosen"},
    ),
    Fault(
        "all_chosen",
        "All tokens are chosen",
        "Only a share p is, 15 % in BERT: the others are what the model guesses from.",
        {"choice": "all"},
    ),
    Fault(
        "padding_counted",
        "The share is taken of all tokens, padding included",
        "In a short sequence that is mostly padding, far too many of the real tokens would be "
        "hidden. Count those that may be chosen.",
        {"counted": "all"},
    ),
    Fault(
        "drawn_with_replacement",
        "The same position may be drawn twice",
        "`rng.choices`, or a loop of `rng.choice`, puts back what it drew, so that fewer positions "
        "are chosen than planned. `rng.sample` does not.",
        {"choice": "replacement"},
    ),
    Fault(
        "not_shuffled",
        "The first tokens are chosen, not random ones",
        "Every position should be chosen equally often. `rng.sample`, or `rng.shuffle` before "
        "cutting, sees to it.",
        {"choice": "first"},
    ),
    Fault(
        "neighbours_chosen",
        "The chosen tokens stand side by side",
        "Each is drawn on its own, so that most have neighbours from which they can be guessed.",
        {"choice": "span"},
    ),
    *FATE_FAULTS,
    Fault(
        "one_fate_for_all",
        "All chosen tokens of a sequence share one fate",
        "The draw that decides between [MASK], random and unchanged stands before the loop. Each "
        "chosen token has a draw of its own.",
        {"fates": "together"},
    ),
    *PUT_IN_FAULTS,
    Fault(
        "one_random_token",
        "The random tokens of a sequence are all the same",
        "The random token is drawn once, before the loop. Draw one for each place.",
        {"draw": "one"},
    ),
    Fault(
        "not_limited",
        "max_predictions is not used",
        "Batches have room for so many predictions a sequence, and no more are chosen.",
        {"choice": "not_limited"},
    ),
    Fault(
        "limit_fixed",
        "The limit is always 20",
        "max_predictions is an argument: 20 goes with a length of 128, 77 with 512.",
        {"choice": "fixed_limit"},
    ),
    Fault(
        "limited_in_order",
        "When there are too many, the first are kept",
        "The end of a long sequence is then hardly ever predicted. Draw which ones to keep.",
        {"choice": "limited_in_order"},
    ),
    Fault(
        "none_chosen",
        "A short sequence may get nothing to predict",
        "15 % of three tokens is less than half a token. At least one is chosen.",
        {"choice": "none"},
    ),
    Fault(
        "source_changed",
        "The list that was passed is changed",
        "The caller needs it again, to hide other tokens in the next epoch. Work on a copy: "
        "inputs = list(ids).",
        {"copy": False},
    ),
    Fault(
        "fates_counted_off",
        "The 80/10/10 are counted off in whole numbers",
        "Of one chosen token int(0.8) = 0 become [MASK], of nine int(0.9) = 0 a random one: short "
        "sequences get other shares. A draw for each token needs no rounding.",
        {"fates": "counted"},
    ),
    Fault(
        "empty_fails",
        "The code stops when all tokens are special",
        "There is nothing to choose from then, and nothing to do.",
        {"empty": False},
    ),
)


def _ordinary(n: int, first: int = 500) -> list[int]:
    return list(range(first, first + n))


def _labelled(labels: list[int]) -> list[bool]:
    """Where there is a label; ids below 10 do not occur, so that 0 and 1 are none."""
    return [label >= 10 for label in labels]


def _masked(f: Any, ids: list[int], runs: int, seed: int = 3, v: int = 1000, **more: Any) -> list:
    """The result of several runs, as pairs of lists."""
    rng, options = Random(seed), {"p": 0.5, "ignore_index": -1, "max_predictions": 1000, **more}
    return [
        tuple(map(list, f(list(ids), rng, v, MASK, list(SPECIAL), *options.values())))
        for _ in range(runs)
    ]


def _pair_kind(f: Any) -> Said:
    ids = [CLS, *_ordinary(20), SEP]
    result = f(list(ids), Random(4), 1000, MASK, list(SPECIAL), 0.5, -1, 1000)
    if not isinstance(result, tuple | list) or len(result) != 2:
        one = isinstance(result, list) and len(result) == len(ids)
        return Said("one list is returned") if one else Said(f"{describe_type(freeze(result))}")
    if not all(isinstance(part, tuple | list) for part in result):
        kinds = " and ".join(describe_type(freeze(part)) for part in result)
        return Said(f"{kinds} are returned, and two lists are asked for")
    if any(len(part) != len(ids) for part in result):
        return Said(f"the lists have {len(result[0])} and {len(result[1])} entries, not {len(ids)}")
    if -1 in result[0] and -1 not in result[1]:
        return Said("the first list holds ignore_index")
    return Said("two lists as long as ids")


def _labels(f: Any, ids: list[int] | None = None, runs: int = 5) -> dict[str, Any]:
    ids = ids or [CLS, *_ordinary(60), SEP]
    odd, unlabelled_changed, unlabelled = set(), False, 0
    for inputs, labels in _masked(f, ids, runs):
        for old, seen, label in zip(ids, inputs, labels, strict=True):
            odd |= {label} - {old, -1}
            unlabelled += label == -1
            unlabelled_changed |= seen != old and label == -1
    return {
        "labels other than the old id and ignore_index": _odd(odd),
        "tokens without a label are changed": unlabelled_changed,
        "every token has a label": not unlabelled,
    }


def _odd(labels: set[int]) -> str:
    if not labels:
        return "none"
    return "the id of [MASK]" if MASK in labels else str(min(labels))


def _special(f: Any) -> dict[str, str]:
    ids = [CLS, *_ordinary(10), SEP, *_ordinary(8), SEP, UNK, *[PAD] * 6]
    chosen: set[int] = set()
    for inputs, labels in _masked(f, ids, 40):
        for old, seen, label in zip(ids, inputs, labels, strict=True):
            if old in SPECIAL and (label >= 10 or seen != old):
                chosen.add(old)
    names = {PAD: "[PAD]", CLS: "[CLS]", SEP: "[SEP]", UNK: "[UNK]"}
    return {"special tokens that are chosen": " ".join(names[t] for t in sorted(chosen)) or "none"}


def _n_chosen(results: list) -> list[int]:
    return [sum(_labelled(labels)) for _, labels in results]


def _shares(f: Any) -> dict[str, float]:
    """How many tokens are chosen, of sequences with and without padding."""
    half = sum(_n_chosen(_masked(f, _ordinary(400), 10)))
    padded = [CLS, *_ordinary(30), SEP, *_ordinary(30), SEP, *[PAD] * 65]
    some = sum(_n_chosen(_masked(f, padded, 60, p=0.15)))
    known = (0.15, 0.39, 1.0, 0.0)
    return {
        "share that is chosen, with p = 0.5": share(half, 4000, 0.5, *known, slack=0.03),
        "share that is chosen, with p = 0.15 and padding": share(
            some, 3600, 0.15, 0.12, 0.32, 0.14, 0.85, 1.0, slack=0.012
        ),
    }


def _where(f: Any) -> dict[str, float]:
    """Which of 100 tokens are chosen: those of the second half, and those beside chosen ones."""
    results = _masked(f, _ordinary(100), 80, p=0.15)
    chosen = [_labelled(labels) for _, labels in results]
    count = sum(map(sum, chosen))
    late = sum(sum(row[50:]) for row in chosen)
    beside = sum(a and b for row in chosen for a, b in pairwise(row))
    return {
        "share of chosen tokens in the second half": share(late, count, 0.5, 0.0, 1.0),
        "share of chosen tokens before another one": share(
            beside, count, 0.14, 0.93, 0.0, slack=0.02
        ),
    }


def _masked_fates(f: Any, runs: int = 20) -> dict[str, Any]:
    ids, masked, kept, total, mixed = _ordinary(400), 0, 0, 0, 0
    for inputs, labels in _masked(f, ids, runs):
        seen = [(i, o) for i, o, label in zip(inputs, ids, labels, strict=True) if label >= 10]
        fates = ["mask" if i == MASK else "kept" if i == o else "random" for i, o in seen]
        masked, kept = masked + fates.count("mask"), kept + fates.count("kept")
        most = max(map(fates.count, ("mask", "kept", "random")))
        total, mixed = total + len(fates), mixed + (most < 0.97 * len(fates))
    if total and not mixed:
        one = masked in (0, total) and kept in (0, total)
        if not one:
            return {"fates": Said("all chosen tokens of a sequence share one fate")}
    return fate_shares(masked, kept, total)


def _masked_put_in(f: Any) -> dict[str, Any]:
    """What is put in besides [MASK] and the old token, of ids 0 to 11."""
    special, ids, seen, several = [0, 3, 8, 4], [7] * 400, set(), False
    rng = Random(6)
    for _ in range(10):
        inputs, _labels = f(list(ids), rng, 12, 4, list(special), 0.5, -1, 1000)
        put_in = set(inputs) - {4, 7}
        seen |= put_in
        several |= len(put_in) > 1
    if seen and not several:
        return {"random tokens": Said("in each sequence all random tokens are the same")}
    return {"random tokens": listed(seen)}


def _about(most: int, limit: int) -> Said | int:
    if most > limit:
        return Said("more than max_predictions")
    return limit if most > 0.7 * limit else most


def _limit(f: Any, n: int = 300, max_predictions: int = 20, runs: int = 30) -> dict[str, Any]:
    results = _masked(f, _ordinary(n), runs, p=0.15, max_predictions=max_predictions)
    most = max(_n_chosen(results))
    late = sum(sum(_labelled(labels[n // 2 :])) for _, labels in results)
    count = sum(_n_chosen(results))
    return {
        "most tokens chosen": _about(most, max_predictions),
        "share of chosen tokens in the second half": share(late, count, 0.5, 0.0, 1.0),
    }


def _fewest(f: Any, n: int = 3, runs: int = 60) -> dict[str, int]:
    ids = [CLS, *_ordinary(n), SEP]
    fewest = min(_n_chosen(_masked(f, ids, runs, p=0.15, max_predictions=20)))
    return {"fewest tokens chosen": min(1, fewest)}


def _source(f: Any, ids: list[int] | None = None) -> dict[str, Said]:
    ids = ids or [CLS, *_ordinary(30), SEP]
    given = list(ids)
    f(given, Random(7), 1000, MASK, list(SPECIAL), 1.0, -1, 1000)
    return {"ids": Said("unchanged" if given == ids else "overwritten")}


def _few(f: Any, runs: int = 400) -> dict[str, float]:
    """With seven tokens one is chosen, or a few more."""
    ids, fates = _ordinary(7), []
    for inputs, labels in _masked(f, ids, runs, p=0.15):
        seen = zip(inputs, ids, labels, strict=True)
        fates += ["mask" if i == MASK else "kept" if i == o else "" for i, o, n in seen if n >= 10]
    masked = share(fates.count("mask"), len(fates), 0.8, 0.0, 1.0, slack=0.005)
    return {"share that becomes [MASK] in sequences of seven tokens": masked}


def _nothing_to_choose(f: Any) -> Any:
    ids = [CLS, SEP, PAD]
    try:
        inputs, labels = f(list(ids), Random(8), 1000, MASK, list(SPECIAL), 0.15, -1, 20)
    except Exception:
        return Said("the code stops with an error")
    return list(inputs), list(labels)


def _all_of_them(f: Any, ids: list[int], p: float, ignore_index: int, **_: Any) -> dict[str, Any]:
    """With p = 1 the labels do not depend on chance."""
    _inputs, labels = f(list(ids), Random(9), 1000, MASK, list(SPECIAL), p, ignore_index, 20)
    return {"labels": list(labels)}


MASK_TOKENS = Exercise(
    id="mask_tokens",
    week=5,
    title="Mask a sequence",
    difficulty=2,
    minutes=15,
    hints=(
        "In order: the positions of all tokens that are not special; how many of them to choose "
        "(`n_predictions`); which ones (`rng.sample`). Then a loop over the chosen positions.",
        "Begin with `inputs = list(ids)` and `labels = [ignore_index] * len(ids)`. At a chosen "
        "position the label becomes the old id, and the input whatever `hide_token` says.",
        "`ordinary = [i for i, token in enumerate(ids) if token not in special_ids]`, then `for i "
        "in rng.sample(ordinary, n_predictions(len(ordinary), p, max_predictions)):` with "
        "`labels[i] = ids[i]` and `inputs[i] = hide_token(ids[i], rng, vocab_size, mask_id, "
        "special_ids)`",
    ),
    reference=objectives.mask_tokens,
    family=Family(mask_tokens_family, MASK_TOKENS_FAULTS),
    probes=(
        Probe("kind", "in what it returns", _pair_kind),
        Probe(
            "rng",
            "in where the randomness comes from",
            lambda f: repeatable(lambda rng: f(_ordinary(80), rng, 1000, MASK, list(SPECIAL))),
        ),
        Probe("labels", "in the labels", _labels),
        Probe("special", "on special tokens", _special),
        Probe("shares", "in how many tokens are chosen", _shares),
        Probe("where", "in which tokens are chosen", _where),
        Probe("fates", "in what becomes of the chosen tokens", _masked_fates),
        Probe(
            "put in",
            "in the random tokens, of ids 0 to 11 of which 0, 3, 4 and 8 are special",
            _masked_put_in,
        ),
        Probe("limit", "on 300 tokens", _limit),
        Probe("low limit", "with max_predictions = 3", lambda f: _limit(f, 100, 3)),
        Probe("short", "on sequences of three tokens", _fewest),
        Probe("source", "in what it leaves behind", _source),
        Probe("few", "on sequences of seven tokens", _few, advice=True),
        Probe("empty", "on a sequence of special tokens alone", _nothing_to_choose, advice=True),
    ),
    examples=(
        Example(
            lambda: {
                "ids": [CLS, 500, 501, SEP],
                "special_ids": SPECIAL,
                "p": 1.0,
                "ignore_index": -1,
            },
            _all_of_them,
        ),
        Example(
            lambda: {"ids": [CLS, *_ordinary(4), SEP], "p": 0.5, "ignore_index": -1, "runs": 20},
            lambda f, ids, runs, **_: _labels(f, ids, runs),
        ),
        Example(
            lambda: {"ids": "400 ordinary ids, or 60 and 65 [PAD]", "runs": 10},
            lambda f, ids, runs: _shares(f),
        ),
        Example(
            lambda: {"ids": "400 ordinary ids", "p": 0.5, "runs": 20},
            lambda f, ids, p, runs: _masked_fates(f, runs),
        ),
        Example(
            lambda: {"ids": "400 times 7", "vocab_size": 12, "special_ids": [0, 3, 4, 8]},
            lambda f, ids, vocab_size, special_ids: _masked_put_in(f),
        ),
        Example(
            lambda: {"ids": "100 ordinary ids", "p": 0.15, "runs": 80},
            lambda f, ids, p, runs: _where(f),
        ),
        Example(
            lambda: {"ids": "300 ordinary ids", "max_predictions": 20, "runs": 30},
            lambda f, ids, max_predictions, runs: _limit(f, 300, max_predictions, runs),
        ),
        Example(
            lambda: {"ids": "100 ordinary ids", "max_predictions": 3, "runs": 30},
            lambda f, ids, max_predictions, runs: _limit(f, 100, max_predictions, runs),
        ),
        Example(
            lambda: {"ids": [CLS, *_ordinary(3), SEP], "p": 0.15, "runs": 60},
            lambda f, ids, p, runs: _fewest(f, 3, runs),
        ),
        Example(
            lambda: {"ids": [CLS, 500, 501, SEP], "p": 1.0},
            lambda f, ids, p: {"afterwards": _source(f, ids)["ids"]},
        ),
        Example(
            lambda: {"ids": "80 ordinary ids", "rng": "Random(5), twice, and Random(6)"},
            lambda f, ids, rng: repeatable(
                lambda rng: f(_ordinary(80), rng, 1000, MASK, list(SPECIAL))
            ),
        ),
    ),
)
