"""Week 3: words in pieces, and the sequence that BERT reads, as rows of boxes."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from bertcourse.wordpiece import PREFIX

from .captioned import INK, QUIET, CaptionedFigure, house_style
from .labels import drawable, shorten, speakable, token_labels
from .numbers import names_for

# All lengths are inches, and y points downwards.
SIZE = 9.0  # of the letters, in points
LETTER = 0.084  # the mean width of one
HIGH = 0.26
ROW = 0.36
GAP = 0.09  # between two words; the pieces of one word touch
WIDEST = 6.4
MOST_ROWS = 40
MOST_TOKENS = 24

# Fill, edge and letters.
Look = tuple[str, str, str]
FIRST: Look = ("#dceaf5", "#8fbadb", INK)
NEXT: Look = ("#f3f7fb", "#8fbadb", INK)
SPECIAL: Look = ("#e4e7eb", "#7b8794", INK)
NEW: Look = ("#fde6d3", "#d55e00", INK)
SECOND: Look = ("#fde6d3", "#c9731c", INK)
PADDING: Look = ("#ffffff", "#cbd2d9", QUIET)


@dataclass(frozen=True)
class _Box:
    text: str
    left: float
    line: int
    width: float
    look: Look


def piece_rows(
    rows: Mapping[str, Sequence[str]],
    *,
    new: Collection[str] = (),
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """Words in their pieces: a row of boxes for every name, in which the pieces of a word touch.

    Args:
        rows: `{name: pieces}`; a piece that begins with ## goes on from the one before it, and one
            in square brackets, such as [UNK], is special.
        new: pieces that stand out.

    Raises:
        ValueError: if there is nothing to draw, too much, or a row is one string.
    """
    if not 0 < len(rows) <= MOST_ROWS:
        raise ValueError(f"{len(rows)} rows were given, but there is room for 1 to {MOST_ROWS}")
    data = {
        speakable(name): names_for(pieces, len(pieces), f"the row {name!r}", "pieces")
        for name, pieces in rows.items()
    }
    figure = CaptionedFigure(
        caption=caption or "Words and their pieces. ## marks a piece that goes on.",
        alt=alt or _describe(data, new),
        data=data,
        title=title,
        made_by=made_by,
    )
    with house_style():
        boxes, labels, lines = _laid_out(data, new)
        axes = _paper(figure, lines, max((box.left + box.width for box in boxes), default=1.0))
        for line, label in labels.items():
            axes.text(-0.15, (line + 0.5) * ROW, label, ha="right", va="center", fontsize=SIZE)
        for box in boxes:
            _draw(axes, box)
        return figure.finish()


def input_layout(
    tokens: Sequence[str],
    segments: Sequence[int],
    mask: Sequence[int],
    *,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """One sequence as BERT reads it: for every token its segment, its position and its mask.

    Args:
        tokens: S strings.
        segments: S numbers, 0 for sentence A and 1 for sentence B.
        mask: S numbers, 1 for a token and 0 for padding.

    Raises:
        ValueError: if the three are not equally long, or there is no room for them.
    """
    names = names_for(tokens, len(segments), "tokens", "segments")
    names_for([str(mark) for mark in mask], len(segments), "mask", "segments")
    if not 0 < len(names) <= MOST_TOKENS:
        raise ValueError(
            f"{len(names)} tokens were given, but there is room for 1 to {MOST_TOKENS}"
        )
    data = {
        "token": names,
        "segment": [int(segment) for segment in segments],
        "position": list(range(len(names))),
        "mask": [int(mark) for mark in mask],
    }
    figure = CaptionedFigure(
        caption=caption or "A sequence as BERT reads it. What is pale is padding.",
        alt=alt or " ".join(f"{name}: {_listed(values)}." for name, values in data.items()),
        data=data,
        title=title,
        made_by=made_by,
    )
    with house_style():
        axes = _paper(figure, len(data), WIDEST)
        _draw_columns(axes, data)
        return figure.finish()


def _describe(rows: Mapping[str, Sequence[str]], new: Collection[str]) -> str:
    said = [f"{name}: {_listed(pieces)}." for name, pieces in rows.items()]
    marked = [f"Standing out: {_listed([speakable(piece) for piece in new])}."] if new else []
    return " ".join(said + marked)


def _listed(values: Sequence[Any]) -> str:
    return " ".join(map(str, values)) or "nothing"


def _paper(figure: CaptionedFigure, lines: int, width: float) -> Axes:
    axes = figure.panel(0, 0, width, lines * ROW)
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(lines * ROW, 0)
    return axes


def _laid_out(
    rows: Mapping[str, Sequence[str]], new: Collection[str]
) -> tuple[list[_Box], dict[int, str], int]:
    """The boxes of all rows, the label of each row by its line, and how many lines they take."""
    boxes: list[_Box] = []
    labels: dict[int, str] = {}
    line = 0
    for name, pieces in rows.items():
        labels[line] = shorten(drawable(name), 28)
        left = 0.0
        for piece in pieces:
            text = token_labels([piece], 24)[0]
            width = _width(text)
            left += GAP if left and not piece.startswith(PREFIX) else 0.0
            if left and left + width > WIDEST:
                line, left = line + 1, 0.0
            boxes.append(_Box(text, left, line, width, _look(piece, new)))
            left += width
        line += 1
    return boxes, labels, line


def _width(text: str) -> float:
    letters = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return letters * LETTER + 0.12


def _look(piece: str, new: Collection[str]) -> Look:
    if piece in new:
        return NEW
    if piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
        return SPECIAL
    return NEXT if piece.startswith(PREFIX) else FIRST


def _draw(axes: Axes, box: _Box, size: float = SIZE) -> None:
    fill, edge, letters = box.look
    top = box.line * ROW + (ROW - HIGH) / 2
    axes.add_patch(
        FancyBboxPatch(
            (box.left + 0.02, top),
            box.width - 0.04,
            HIGH,
            boxstyle="round,pad=0,rounding_size=0.05",
            facecolor=fill,
            edgecolor=edge,
            linewidth=0.9,
        )
    )
    axes.text(
        box.left + box.width / 2,
        top + HIGH / 2 + 0.005,
        box.text,
        ha="center",
        va="center",
        fontsize=size,
        color=letters,
    )


def _draw_columns(axes: Axes, data: Mapping[str, Sequence[Any]]) -> None:
    """A column for every token, as wide as what stands in it; all smaller if there is no room."""
    labels = token_labels(list(data["token"]), 12)
    numbers = map(str, data["position"])
    widths = [max(map(_width, column)) for column in zip(labels, numbers, strict=True)]
    smaller = min(1.0, WIDEST / sum(widths))
    edges = [0.0, *accumulate(width * smaller for width in widths)]
    for line, (name, values) in enumerate(data.items()):
        axes.text(-0.15, (line + 0.5) * ROW, name, ha="right", va="center", fontsize=SIZE)
        for column, value in enumerate(values):
            look = SECOND if data["segment"][column] == 1 else FIRST
            look = look if data["mask"][column] else PADDING
            text = labels[column] if name == "token" else str(value)
            left, right = edges[column : column + 2]
            _draw(axes, _Box(text, left, line, right - left, look), SIZE * smaller)
