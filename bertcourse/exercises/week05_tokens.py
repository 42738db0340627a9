"""Week 5, first part: a random token, and what becomes of a token that was chosen."""

import random
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from bertcourse import objectives
from bertcourse.exercises.chances import listed, repeatable, rng_made_anew, rng_not_used, share
from bertcourse.exercises.common import nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.probes import Probe, Said, describe_type, freeze

# How a random token is drawn, from V ids of which some are special.
TOKENS: dict[str, Callable[[Random, int, Sequence[int]], Any]] = {
    "right": objectives.random_token,
    "special": lambda rng, v, special: rng.randrange(v),
    "beyond": lambda rng, v, special: rng.choice([t for t in range(v + 1) if t not in special]),
    "beyond_and_special": lambda rng, v, special: rng.randint(0, v),
    "last_never": lambda rng, v, special: rng.choice([t for t in range(v - 1) if t not in special]),
    "first_never": lambda rng, v, special: rng.choice([t for t in range(1, v) if t not in special]),
    "special_first": lambda rng, v, special: rng.randrange(len(special), v),
    "shrunk": lambda rng, v, special: rng.randrange(v - len(special)),
    "only_special": lambda rng, v, special: rng.choice(list(special) or [0]),
    "fixed": lambda rng, v, special: next(t for t in range(v) if t not in special),
    "nothing": lambda rng, v, special: None,
    "decimal": lambda rng, v, special: float(objectives.random_token(rng, v, special)),
}


def _redrawn_once(rng: Random, v: int, special: Sequence[int]) -> int:
    token = rng.randrange(v)
    return rng.randrange(v) if token in special else token


def _stepped_up(rng: Random, v: int, special: Sequence[int]) -> int:
    token = rng.randrange(v)
    while token in special:
        token = (token + 1) % v
    return token


TOKENS |= {"one": objectives.random_token, "redrawn_once": _redrawn_once, "stepped_up": _stepped_up}


def source(randomness: str, rng: Random) -> Any:
    """Where the randomness comes from."""
    return {"rng": rng, "global": random, "anew": Random(0)}[randomness]


# --- random_token -----------------------------------------------------------------------------


def random_token_family(draw: str = "right", randomness: str = "rng") -> Any:
    def random_token(rng: Random, vocab_size: int, special_ids: Sequence[int]) -> Any:
        return TOKENS[draw](source(randomness, rng), vocab_size, special_ids)

    return random_token


RANDOM_TOKEN_FAULTS = (
    nothing_returned(draw="nothing"),
    Fault(
        "decimal",
        "The token is a decimal number",
        "An id is a whole number, which picks a row of the embedding table. `rng.randrange` draws "
        "whole numbers.",
        {"draw": "decimal"},
    ),
    Fault(
        "always_the_same",
        "Every draw gives the same token",
        "The draw is made with a generator of its own that begins anew at each call, or without "
        "any. Draw from the `rng` that is passed.",
        {"draw": "fixed"},
    ),
    Fault(
        "special_drawn",
        "Special tokens are drawn, too",
        "A [SEP] or [PAD] in the middle of a sentence tells the model things that are not so. Draw "
        "again while the id is in special_ids.",
        {"draw": "special"},
    ),
    Fault(
        "beyond_vocabulary",
        "The token may be one id too large",
        "There are V ids, from 0 to V − 1. `rng.randint(a, b)` includes b, `rng.randrange(b)` and "
        "`range(b)` do not.",
        {"draw": "beyond"},
    ),
    Fault(
        "beyond_and_special",
        "The token may be special, or one id too large",
        "`rng.randint(0, V)` includes V, and ids end at V − 1; `rng.randrange(V)` does not. And "
        "what is in special_ids must be left out.",
        {"draw": "beyond_and_special"},
    ),
    Fault(
        "last_never_drawn",
        "The last id is never drawn",
        "`range(b)` and `randrange(b)` already leave b out: with V − 1 they end at V − 2.",
        {"draw": "last_never"},
    ),
    Fault(
        "first_never_drawn",
        "Id 0 is never drawn",
        "Ids begin at 0. In many vocabularies 0 is [PAD], but only special_ids knows.",
        {"draw": "first_never"},
    ),
    Fault(
        "special_assumed_first",
        "The special ids are taken for the first ones",
        "Drawing from len(special_ids) on is right only if they are 0, 1, 2, … In released "
        "vocabularies [CLS] is 101. Look whether the id is in special_ids.",
        {"draw": "special_first"},
    ),
    Fault(
        "range_shrunk",
        "The range is shortened, but no id is left out",
        "There are V − len(special_ids) ordinary ids, but they are not the first ones: a number "
        "below that has to be counted through the ordinary ids.",
        {"draw": "shrunk"},
    ),
    Fault(
        "only_special",
        "Only special tokens are drawn",
        "It is the other way round: special_ids are those that must not be drawn.",
        {"draw": "only_special"},
    ),
    Fault(
        "drawn_again_once",
        "A special token is drawn again only once",
        "The second draw may be special as well. `while` draws until it is not, `if` looks once.",
        {"draw": "redrawn_once"},
    ),
    Fault(
        "next_one_taken",
        "The next id is taken in place of a special one",
        "Then the ids behind special ones are drawn more often than the others. Draw again, so "
        "that each is equally likely.",
        {"draw": "stepped_up"},
    ),
    rng_not_used(randomness="global"),
)

SPREAD = [0, 3, 4, 11]  # special ids at the beginning, in the middle and at the end of 12


def _draws(f: Any, special: list[int], n: int) -> list[Any]:
    rng = Random(1)
    return [f(rng, 12, list(special)) for _ in range(n)]


def _token_kind(f: Any) -> Said:
    return Said(describe_type(freeze(f(Random(1), 12, list(SPREAD)))))


def _all_drawn(f: Any, special_ids: list[int] = SPREAD, draws: int = 1000) -> dict[str, Any]:
    drawn = _draws(f, special_ids, draws)
    if len(set(drawn)) == 1:
        return {"ids drawn": Said(f"every one of {draws} draws gave the same id")}
    special = sum(token in special_ids for token in drawn)
    often = special > 0.6 * draws * len(special_ids) / 12
    return {
        "special ids are drawn": "often" if often else "now and then" if special else "never",
        "ids drawn": listed(set(drawn)),
    }


def _equally_likely(f: Any) -> dict[str, float]:
    drawn, ordinary = _draws(f, SPREAD, 2000), [1, 2, 5, 9, 10]
    shares = {t: share(drawn.count(t), len(drawn), 1 / 8, 2 / 12, 3 / 12, 1 / 12) for t in ordinary}
    return {f"share of id {token}": round(each, 3) for token, each in shares.items()}


RANDOM_TOKEN = Exercise(
    id="random_token",
    week=5,
    title="A random token",
    difficulty=1,
    minutes=4,
    hints=(
        "`rng.randrange(n)` draws one of 0, 1, …, n − 1. What can be done when it hits a special "
        "id?",
        "Draw again for as long as the id is in special_ids; or make a list of the ordinary ids "
        "first, and let `rng.choice` draw from it.",
        "`token = rng.randrange(vocab_size)`, then `while token in special_ids:` draw again, then "
        "`return token`",
    ),
    reference=objectives.random_token,
    family=Family(random_token_family, RANDOM_TOKEN_FAULTS),
    probes=(
        Probe("kind", "in what it returns", _token_kind),
        Probe(
            "drawn", "in what is drawn from 12 ids, of which 0, 3, 4 and 11 are special", _all_drawn
        ),
        Probe("first", "where id 0 is an ordinary one", lambda f: _all_drawn(f, [5, 6, 7])),
        Probe("chances", "in how often each is drawn", _equally_likely),
        Probe(
            "rng",
            "in where the randomness comes from",
            lambda f: repeatable(lambda rng: [f(rng, 12, list(SPREAD)) for _ in range(30)]),
        ),
    ),
    examples=(
        Example(
            lambda: {"vocab_size": 12, "special_ids": [0, 3, 4, 11], "draws": 1000},
            lambda f, vocab_size, special_ids, draws: _all_drawn(f, special_ids, draws),
        ),
        Example(
            lambda: {"vocab_size": 12, "special_ids": [5, 6, 7], "draws": 1000},
            lambda f, vocab_size, special_ids, draws: _all_drawn(f, special_ids, draws),
        ),
        Example(
            lambda: {"vocab_size": 12, "special_ids": [0, 3, 4, 11], "draws": 2000},
            lambda f, vocab_size, special_ids, draws: _equally_likely(f),
        ),
        Example(
            lambda: {"vocab_size": 12, "special_ids": [0, 3, 4, 11], "rng": "Random(5), twice"},
            lambda f, vocab_size, special_ids, rng: repeatable(
                lambda rng: [f(rng, 12, list(special_ids)) for _ in range(30)]
            ),
        ),
    ),
)

# --- hide_token -------------------------------------------------------------------------------

# The shares that become [MASK] and a random token; the rest stays as it is.
FATES = {
    "right": (0.8, 0.1),
    "always": (1.0, 0.0),
    "always_random": (0.0, 1.0),
    "never_kept": (0.8, 0.2),
    "never_random": (0.8, 0.0),
    "never_hidden": (0.0, 0.0),
    "second_tenth": (0.8, 0.02),
    "mostly_random": (0.1, 0.8),
    "mostly_kept": (0.1, 0.1),
    "eleven": (8 / 11, 1 / 11),
    "thirds": (1 / 3, 1 / 3),
    "half_and_half": (0.5, 0.5),
    "fifteen": (0.12, 0.015),
}

FATE_FAULTS = (
    Fault(
        "always_masked",
        "Every chosen token becomes [MASK]",
        "[MASK] never occurs in fine-tuning. A model that meets nothing else where it has to "
        "answer need not care about the other tokens: 10 % become random ones, 10 % stay.",
        {"fate": "always"},
    ),
    Fault(
        "never_kept",
        "No token stays as it is",
        "80 % become [MASK] and all others random ones. Half of those others should stay: a token "
        "that is seen may also be the right one.",
        {"fate": "never_kept"},
    ),
    Fault(
        "never_random",
        "No token becomes a random one",
        "80 % become [MASK] and all others stay. Half of those others should become random, or "
        "the model learns to trust whatever it sees.",
        {"fate": "never_random"},
    ),
    Fault(
        "never_hidden",
        "No token is changed at all",
        "Every chosen token stays as it is, so that the answer stands in the question. Check the "
        "condition: it has to be true for 80 of 100 draws.",
        {"fate": "never_hidden"},
    ),
    Fault(
        "second_draw_too_small",
        "Only 2 % become random tokens",
        "A second draw below 0.1 is a tenth of the 20 % that are left. Compare the first draw with "
        "0.9, or the second with 0.5.",
        {"fate": "second_tenth"},
    ),
    Fault(
        "mostly_random",
        "80 % become random tokens, and only 10 % [MASK]",
        "The two shares are exchanged: of 100 chosen tokens 80 become [MASK].",
        {"fate": "mostly_random"},
    ),
    Fault(
        "mostly_kept",
        "80 % stay as they are, and only 10 % become [MASK]",
        "The two shares are exchanged: of 100 chosen tokens 80 become [MASK].",
        {"fate": "mostly_kept"},
    ),
    Fault(
        "eleven_numbers",
        "The draw is one of eleven numbers",
        "`rng.randint(0, 10)` includes both ends, so that less than 80 % fall below 8. "
        "`rng.random()` lies between 0 and 1.",
        {"fate": "eleven"},
    ),
    Fault(
        "thirds",
        "The three outcomes are equally likely",
        "They should be 80 %, 10 % and 10 %. One `draw = rng.random()` is compared with 0.8 and "
        "then with 0.9.",
        {"fate": "thirds"},
    ),
    Fault(
        "half_and_half",
        "Half become [MASK] and half random tokens",
        "They should be 80 % and 10 %, and 10 % stay.",
        {"fate": "half_and_half"},
    ),
    Fault(
        "fifteen_percent_again",
        "The 15 % are taken a second time",
        "Choosing 15 % comes first. Of what is chosen, 80 % become [MASK]: the draw that decides "
        "this is compared with 0.8, not with 0.8 · 0.15.",
        {"fate": "fifteen"},
    ),
)

PUT_IN_FAULTS = (
    Fault(
        "special_put_in",
        "Special tokens are put in",
        "A random [SEP] or [PAD] tells the model things that are not so. Draw from the ordinary "
        "ids: random_token does.",
        {"draw": "special"},
    ),
    Fault(
        "beyond_vocabulary",
        "The random token may be one id too large",
        "Ids end at V − 1. `rng.randint(a, b)` includes b; `rng.randrange(b)` does not.",
        {"draw": "beyond"},
    ),
    Fault(
        "beyond_and_special",
        "The random token may be special, or one id too large",
        "`rng.randint(0, V)` includes V, and ids end at V − 1. And special ids must be left out: "
        "random_token does both.",
        {"draw": "beyond_and_special"},
    ),
    Fault(
        "last_never_put_in",
        "The last id of the vocabulary is never put in",
        "`range(b)` and `randrange(b)` already leave b out: with V − 1 they end at V − 2.",
        {"draw": "last_never"},
    ),
    Fault(
        "special_assumed_first",
        "The special ids are taken for the first ones",
        "Drawing from len(special_ids) on is right only if they are 0, 1, 2, … Look whether the id "
        "is in special_ids.",
        {"draw": "special_first"},
    ),
)


def decide(fate: str, draw: str, token: int, rng: Any, v: int, mask_id: int, special: Any) -> int:
    """What the model sees in place of a chosen token."""
    masked, replaced = FATES[fate]
    number = rng.random()
    if number < masked:
        return mask_id
    return TOKENS[draw](rng, v, special) if number < masked + replaced else token


def hide_token_family(
    fate: str = "right", draw: str = "right", give: str = "token", randomness: str = "rng"
) -> Any:
    def hide_token(
        token: int, rng: Random, vocab_size: int, mask_id: int, special_ids: Sequence[int]
    ) -> Any:
        chances = source(randomness, rng)
        seen = decide(fate, draw, token, chances, vocab_size, mask_id, special_ids)
        return {"token": seen, "nothing": None, "pair": (seen, token)}[give]

    return hide_token


HIDE_TOKEN_FAULTS = (
    nothing_returned(give="nothing"),
    Fault(
        "pair_returned",
        "Two values are returned",
        "Only the id that the model sees is asked for; labels come in the next exercise.",
        {"give": "pair"},
    ),
    rng_not_used(randomness="global"),
    rng_made_anew(randomness="anew"),
    *FATE_FAULTS,
    *PUT_IN_FAULTS,
)


def _hidden(f: Any, token: int, vocab_size: int, special: list[int], n: int) -> list[Any]:
    rng = Random(2)
    return [f(token, rng, vocab_size, special[-1], list(special)) for _ in range(n)]


def fate_shares(masked: int, kept: int, n: int) -> dict[str, float]:
    """The three shares, rounded to what is right or to what a known fault makes."""
    masks = (0, 0.12, 0.33, 0.5, 0.73, 0.89, 1)
    others = (0, 0.02, 0.2, 0.33, 0.5, 0.8)
    rest = (0, 0.2, 0.33, 0.8, 0.87, 1)
    shares = {
        "share that becomes [MASK]": share(masked, n, 0.8, *masks, slack=0.005),
        "share that becomes random": share(n - masked - kept, n, 0.1, *others, slack=0.005),
        "share that stays": share(kept, n, 0.1, *rest, slack=0.005),
    }
    return {what: round(number, 2) for what, number in shares.items()}


def _fates(f: Any, draws: int = 3000) -> dict[str, float]:
    seen = _hidden(f, 500, 1000, [0, 1, 2, 3, 4], draws)
    return fate_shares(seen.count(4), seen.count(500), draws)


def _put_in(f: Any, draws: int = 2500) -> dict[str, Any]:
    """What is seen of 12 ids besides [MASK] and the token itself."""
    special = [0, 3, 8, 4]
    seen = set(_hidden(f, 7, 12, special, draws)) - {4, 7}
    return {"random tokens": listed(seen)}


def _hidden_kind(f: Any) -> Said:
    return Said(describe_type(freeze(f(7, Random(3), 12, 4, [0, 3, 4, 11]))))


HIDE_TOKEN = Exercise(
    id="hide_token",
    week=5,
    title="What becomes of a chosen token",
    difficulty=1,
    minutes=6,
    hints=(
        "One draw decides: `draw = rng.random()` is a number from 0 to 1, and 80 % of such numbers "
        "lie below 0.8.",
        "Three cases: below 0.8, below 0.9, and all others. `random_token` knows how to draw a "
        "token.",
        "`draw = rng.random()`, then `if draw < 0.8: return mask_id`, then `if draw < 0.9: return "
        "random_token(rng, vocab_size, special_ids)`, then `return token`",
    ),
    reference=objectives.hide_token,
    family=Family(hide_token_family, HIDE_TOKEN_FAULTS),
    probes=(
        Probe("kind", "in what it returns", _hidden_kind),
        Probe(
            "rng",
            "in where the randomness comes from",
            lambda f: repeatable(
                lambda rng: [f(500, rng, 1000, 4, [0, 1, 2, 3, 4]) for _ in range(60)]
            ),
        ),
        Probe("fates", "in 3000 draws", _fates),
        Probe(
            "put in", "in the random tokens, of 12 ids of which 0, 3, 4 and 8 are special", _put_in
        ),
    ),
    examples=(
        Example(
            lambda: {"token": 500, "mask_id": 4, "vocab_size": 1000, "draws": 3000},
            lambda f, token, mask_id, vocab_size, draws: _fates(f, draws),
        ),
        Example(
            lambda: {"token": 7, "vocab_size": 12, "special_ids": [0, 3, 4, 8], "draws": 2500},
            lambda f, token, vocab_size, special_ids, draws: _put_in(f, draws),
        ),
        Example(
            lambda: {"token": 500, "vocab_size": 1000, "rng": "Random(5), twice, and Random(6)"},
            lambda f, token, vocab_size, rng: repeatable(
                lambda rng: [f(500, rng, 1000, 4, [0, 1, 2, 3, 4]) for _ in range(60)]
            ),
        ),
    ),
)
