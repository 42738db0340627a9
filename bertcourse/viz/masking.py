"""Week 5: a sequence before and after masking, shares with the bands they should lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .captioned import INK, LINE, CaptionedFigure, house_style
from .drawing import WIDEST
from .labels import drawable, shorten, token_labels
from .numbers import names_for

ROWS = ("text", "model sees", "label")
CELL_HEIGHT = 0.34  # inches
# What became of a token, with the colours of paper and of ink. Words say it as well.
LOOKS = {
    "not chosen": ("#ffffff", INK),
    "[MASK]": ("#155a96", "#ffffff"),
    "random": ("#f3c28f", "#3d1c02"),
    "kept": ("#d3e3f1", "#0a2f5c"),
}


def fates(tokens: Sequence[str], seen: Sequence[str], labels: Sequence[str | None]) -> list[str]:
    """What became of each token: "not chosen", "[MASK]", "random" or "kept"."""
    return [
        "not chosen"
        if label is None
        else "[MASK]"
        if now == "[MASK]"
        else "kept"
        if now == before
        else "random"
        for before, now, label in zip(tokens, seen, labels, strict=True)
    ]


def masking_table(
    tokens: Sequence[str],
    seen: Sequence[str],
    labels: Sequence[str | None],
    *,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """A sequence in three rows: the text, what the model sees, and what it should answer.

    Args:
        tokens: S strings, the text.
        seen: S strings, what the model sees.
        labels: S strings, or None where nothing is predicted.

    Raises:
        ValueError: if the three do not have the same length.
    """
    if not tokens:
        raise ValueError("tokens is empty: give at least one token")
    seen = names_for(seen, len(tokens), "seen", "tokens")
    answers = names_for(["" if x is None else x for x in labels], len(tokens), "labels", "tokens")
    became = fates(tokens, seen, labels)
    figure = CaptionedFigure(
        caption=caption or "What the model sees, and what it should answer.",
        alt=alt or describe_masking(tokens, seen, became),
        data={"seen": list(seen), "labels": list(labels), "fates": became},
        title=title,
        made_by=made_by,
    )
    with house_style():
        width = min(0.78, 1.15 * WIDEST / len(tokens))
        axes = figure.panel(0, 0, width * len(tokens), CELL_HEIGHT * 3)
        axes.set_xlim(0, len(tokens))
        axes.set_ylim(3, 0)
        size = min(9.0, width * 72 / 5.2)
        for row, words in enumerate(
            (token_labels(list(tokens)), token_labels(list(seen)), answers)
        ):
            for column, word in enumerate(words):
                paper, ink = LOOKS[became[column]] if row == 1 else LOOKS["not chosen"]
                axes.fill_between(
                    [column, column + 1], row, row + 1, color=paper, edgecolor=LINE, linewidth=0.6
                )
                axes.text(
                    column + 0.5,
                    row + 0.53,
                    shorten(drawable(word), 9),
                    ha="center",
                    va="center",
                    fontsize=size,
                    color=ink,
                    fontweight="bold" if row == 1 and became[column] != "not chosen" else "normal",
                )
        axes.set_yticks([0.5, 1.5, 2.5], ROWS)
        axes.set_xticks([column + 0.5 for column in range(len(tokens))], _under(became), fontsize=7)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return figure.finish()


def _under(became: list[str]) -> list[str]:
    """The words under the columns; what was not chosen needs none."""
    return ["" if fate == "not chosen" else fate for fate in became]


def describe_masking(tokens: Sequence[str], seen: Sequence[str], became: list[str]) -> str:
    """Which tokens were chosen and what became of them, in a sentence."""
    said = {"[MASK]": "became [MASK]", "kept": "stays as it is"}
    parts = [
        f"'{token}' {said.get(fate, f'became {now!r}')}"
        for token, now, fate in zip(tokens, seen, became, strict=True)
        if fate != "not chosen"
    ]
    return f"Of {len(tokens)} tokens {len(parts)} are chosen: {', '.join(parts) or 'none'}."


def share_bands(
    shares: Mapping[str, float],
    bands: Mapping[str, tuple[float, float]],
    *,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    value_label: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """Measured shares as dots, each on the band in which chance would leave a right one.

    Args:
        shares: `{name: share}`, drawn from top to bottom.
        bands: for each name the lowest and the highest share to be expected.

    Raises:
        ValueError: if a share has no band, or a number is not from 0 to 1.
    """
    if not shares or set(shares) != set(bands):
        raise ValueError(
            f"shares are given for {list(shares)} and bands for {list(bands)}: give a band "
            "(lowest, highest) for each share"
        )
    for name, share in shares.items():
        low, high = bands[name]
        if not (0 <= share <= 1 and 0 <= low <= high <= 1):
            raise ValueError(
                f"{name!r} has the share {share} and the band {low} to {high}: give numbers from 0 "
                "to 1, the lowest first"
            )
    inside = {name: bands[name][0] <= share <= bands[name][1] for name, share in shares.items()}
    figure = CaptionedFigure(
        caption=caption or "Measured shares, and the bands in which they should lie.",
        alt=alt or describe_shares(shares, bands, inside),
        data={name: (share, *bands[name]) for name, share in shares.items()},
        title=title,
        made_by=made_by,
    )
    with house_style():
        axes = figure.panel(0, 0, 4.2, 0.36 * len(shares))
        for row, (name, share) in enumerate(shares.items()):
            low, high = bands[name]
            axes.barh(row, 1, height=0.62, color="#eef2f6")
            axes.barh(row, max(high - low, 0.004), left=low, height=0.62, color="#8fbadb")
            axes.plot(
                [share],
                [row],
                marker="o" if inside[name] else "X",
                markersize=7,
                color="#0a2f5c" if inside[name] else "#a63e00",
                clip_on=False,
            )
            axes.annotate(
                f"{share:.1%}",
                (1, row),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                annotation_clip=False,
            )
        axes.set_yticks(range(len(shares)), token_labels(list(shares), 26))
        axes.set_ylim(len(shares) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        axes.tick_params(length=0, labelsize=8)
        axes.set_xlabel(drawable(value_label or ""))
        for spine in axes.spines.values():
            spine.set_visible(False)
        return figure.finish()


def describe_shares(
    shares: Mapping[str, float],
    bands: Mapping[str, tuple[float, float]],
    inside: Mapping[str, bool],
) -> str:
    """Each band and whether the share lies in it; not the share, which chance decides."""
    parts = [
        f"{name}: {'inside' if inside[name] else 'outside'} the band from "
        f"{bands[name][0]:.1%} to {bands[name][1]:.1%}"
        for name in shares
    ]
    return f"Shares and their bands. {'; '.join(parts)}."
