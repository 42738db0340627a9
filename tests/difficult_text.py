"""Text that tokenizers stumble over, generated: the same lines in every run.

The mixture is made of every Unicode category, scripts of many kinds, what joins, combines or is not
seen, addresses, very long words, and plain words between them, so that lines are cut into pieces as
well as given up.
"""

import random
import sys
import unicodedata
from collections import defaultdict

from bertcourse.wordpiece import SPECIAL_TOKENS

PLAIN = "the cat sat on a mat, unaffable doctors don't sing; Straße Ünïcode naïve İstanbul 3.14 $5"
SCRIPTS = {
    "Korean": "한국어의 문장은 어절로 띄어 쓴다 \u1112\u1161\u11ab",
    "Chinese": "我爱北京天安门 機器學習 ，。㐀𠀀豈",
    "Japanese": "カタカナとひらがな が\u3099 東京",
    "Arabic": "اللُّغَةُ العربية ١٢٣ ؟",
    "Hebrew": "שָׁלוֹם עולם־",
    "Hindi": "हिन्दी में संयुक्त अक्षर ।",
    "Thai": "ภาษาไทยไม่เว้นวรรค",
    "Greek": "Ελληνικά ΟΔΟΣ ὈΔΥΣΣΕΎΣ ς;",
    "Russian": "Ёжик й и\u0306 в тумане",
    "Vietnamese": "Tiếng Việt đẹp lắm",
}
EMOJI = ["👩\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "👍🏽", "🇰🇷", "1\ufe0f\u20e3", "🥹", "☺"]
UNSEEN = list(
    "\u200b\u200c\u200d\u200e\u2060\ufeff\xad\x00\x07\x1b\x7f\x85\ufffd\u2028\u2029\u180e"
)
SPACES = list("  \t\n\r\xa0\u2003\u3000\u1680")
ACCENTS = list("\u0300\u0301\u0308\u0316\u0327\u031b\u0345\u05b0\u0591\u3099\u20dd\u0488")
ADDRESSES = [
    "https://example.org/a_b?c=d&e=%20#f",
    "a.b+c@d-e.co",
    "C:\\x\\y",
    "192.168.0.1",
    "@me",
]
SPECIAL = [
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "[PAD]",
    "[UNK]",
    "[mask]",
    "[ MASK ]",
    "[MASK",
    "##ing",
    "#",
]
ODD = ["don't", "'s", "n't", "...", "--", "a" * 100, "b" * 101, "\u0301" * 60, "é" * 51, "ß\u0301İ"]


def by_category() -> dict[str, list[str]]:
    """All code points but surrogates, by their general category."""
    groups = defaultdict(list)
    for char in map(chr, range(sys.maxunicode + 1)):
        groups[unicodedata.category(char)].append(char)
    del groups["Cs"]
    return groups


def difficult_lines(n: int, seed: int = 0) -> list[str]:
    """`n` lines, mostly short; the first is empty."""
    rng, groups = random.Random(seed), by_category()
    categories = sorted(groups)
    plain, scripts = PLAIN.split(), [text.split() for text in SCRIPTS.values()]

    def of_one_category() -> str:
        group = groups[rng.choice(categories)]
        return "".join(rng.choices(group, k=rng.randint(1, 4)))

    makers = [
        of_one_category,
        of_one_category,
        lambda: rng.choice(plain),
        lambda: rng.choice(plain).upper(),
        lambda: rng.choice(rng.choice(scripts)),
        lambda: rng.choice(rng.choice(scripts)),
        lambda: rng.choice(EMOJI),
        lambda: rng.choice("aéZ한我ก") + "".join(rng.choices(ACCENTS, k=rng.randint(1, 4))),
        lambda: rng.choice(plain[0]) + rng.choice(UNSEEN) + rng.choice(plain),
        lambda: rng.choice(ADDRESSES),
        lambda: rng.choice(SPECIAL),
        lambda: rng.choice(ODD),
    ]

    def line() -> str:
        parts = [rng.choice(makers)() for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 5)))]
        return "".join(part + rng.choice(["", " ", " ", rng.choice(SPACES)]) for part in parts)

    return ["", *(line() for _ in range(n - 1))]


# Marks, punctuation, format characters and characters with a decomposition that Unicode added
# after version 8.0, in ranges from which nothing older is missing (DerivedAge.txt, Unicode 18).
NEWER = (
    "5C8-5C9 61D 7FD 890-89F 8CA-8E2 9FD-9FE A76 AFA-AFF B53-B55 C04 C3C C77 C84 D00 D3B-D3C D81 "
    "EBA ECE 1715 180F 1ABF-1AF0 1B4E-1B4F 1B7D-1B7F 1DF6-1DFB 2E43-2E63 A82C A8C5 A8FF "
    "105C9-105E4 10D24-10D6E 10EAB-10F89 11070-11074 110C2-110CD 111CF 1123E-11241 1133B "
    "11383-1145E 11660-1166C 116B9 1182F-1183B 11938-11AA2 11B00-11FFF 12FF1-12FF2 13430-13455 "
    "1611E-1612F 16D68-16E9A 16F4F 16FE2-16FF1 1CF00-1CF46 1D127-1D128 1D250-1D281 1E000-1E6F5 "
    "1E944-1E95F"
)
# Older ones whose category has changed since.
MOVED = "166D 1734 1885-1886 A9BD 111C9 1171E"


def _read_ranges(text: str) -> set[str]:
    ends = [[int(end, 16) for end in part.split("-")] for part in text.split()]
    return {chr(code) for first, *last in ends for code in range(first, (last or [first])[0] + 1)}


NEWER_THAN_8 = frozenset(_read_ranges(NEWER) | _read_ranges(MOVED))
SLIP = frozenset(map(chr, range(0x2B820, 0x2B920)))


def differs_by_name(char: str) -> str | None:
    """Why google-research/bert and the library may treat a character differently, or None."""
    if unicodedata.category(char) == "Co":
        return "private use"
    if char in SLIP:
        return "ideograph"
    if char in NEWER_THAN_8 or unicodedata.category(char) == "Cn":
        return "newer"
    return None


LINES = difficult_lines(20_000)
SMALL = [*SPECIAL_TOKENS, "the", "cat", "sat", "un", "##aff", "##able", "##s", "do", "é", *".'nt,!"]
