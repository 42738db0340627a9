"""Words that are safe to draw: letters no font has are spelled out, long ones shortened."""

from __future__ import annotations

import functools
import unicodedata

from matplotlib import font_manager

# The first ships with matplotlib, so pictures look alike everywhere; the others are asked only
# for scripts that it lacks, and only where they are installed.
_FIRST = "DejaVu Sans"
_OTHERS = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "NanumGothic",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Arial Unicode MS",
)


@functools.cache
def font_families() -> list[str]:
    """The fonts to draw with, in the order in which they are asked for a letter."""
    installed = set(font_manager.get_font_names())
    return [_FIRST, *(family for family in _OTHERS if family in installed)]


@functools.cache
def _letters(family: str) -> frozenset[int]:
    path = font_manager.findfont(font_manager.FontProperties(family=family))
    return frozenset(font_manager.get_font(path).get_charmap())


def _can_draw(letter: str) -> bool:
    return any(ord(letter) in _letters(family) for family in font_families())


def drawable(text: object) -> str:
    r"""The text with every letter that no font can draw spelled out (``\ud55c``).

    Invisible joiners disappear, line breaks and other control characters become escapes, so the
    result is one line that matplotlib draws without a warning.
    """
    shown = []
    for letter in str(text):
        kind = unicodedata.category(letter)
        if kind == "Cf" or 0xFE00 <= ord(letter) <= 0xFE0F:  # joiners, variation selectors
            continue
        if kind in ("Cc", "Zl", "Zp") or not _can_draw(letter):
            letter = letter.encode("unicode_escape", "surrogatepass").decode("ascii")
        shown.append(letter)
    return "".join(shown)


def sendable(text: str) -> str:
    """The text with halves of surrogate pairs spelled out; no browser can be sent one."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def speakable(text: object) -> str:
    r"""The text as one line that can be sent anywhere; control characters become escapes."""
    return "".join(
        letter.encode("unicode_escape").decode("ascii")
        if unicodedata.category(letter) in ("Cc", "Zl", "Zp")
        else letter
        for letter in sendable(str(text))
    )


def shorten(text: str, longest: int) -> str:
    """The text in at most `longest` letters, ending in an ellipsis where something is left out."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def token_labels(tokens: list[str], longest: int = 14) -> list[str]:
    """What to write beside a row or column: drawable, short, and never blank."""
    labels = []
    for token in tokens:
        visible = token.replace(" ", "␣") if not token.strip() else token
        labels.append(shorten(drawable(visible), longest) or "∅")
    return labels
