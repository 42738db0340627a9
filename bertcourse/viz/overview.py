"""The paper's figure 1 in our own words: one network, trained twice."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from .captioned import INK, QUIET, CaptionedFigure, house_style

# All lengths are inches, and y points downwards.
COLUMN = 3.2
GAP = 0.94  # between the columns; the arrow of the weights crosses it
HEIGHT = 3.38
OUTPUTS = (0.72, 0.4)  # top and height of the row
NETWORK = (1.5, 1.0)
INPUTS = (2.88, 0.4)
SPACE = 0.06  # between the boxes of a row
SPECIAL = 0.46  # the width of [CLS] and [SEP]

# Fill, edge and letters. The kinds differ in lightness too, and each keeps to a row of its own.
NETWORK_LOOK = ("#155a96", "#0a2f5c", "#ffffff")
TEXT_LOOK = ("#dceaf5", "#8fbadb", INK)
SPECIAL_LOOK = ("#f2f4f6", "#9aa5b1", QUIET)
OUTPUT_LOOK = ("#fde6d3", "#d55e00", INK)

PRE_TRAINING = ("next sentence?", "masked words")
FINE_TUNING = ("a class", "a tag for\nevery word", "the span of\nan answer")

Look = tuple[str, str, str]
Box = tuple[float, float]  # left and width


def pretraining_and_finetuning(
    *, title: str | None = None, caption: str | None = None, alt: str | None = None
) -> CaptionedFigure:
    """Pre-training and fine-tuning side by side, with the weeks of the course that build them.

    `figure.data` is what comes out of the network on either side, from left to right.
    After Devlin et al. (2019), figure 1.
    """
    figure = CaptionedFigure(
        caption=caption
        or "One network, trained twice. Fine-tuning starts from the weights that pre-training has "
        "found, and trains all of them further. Only the small output layers (orange) differ.",
        alt=alt
        or "Two columns, to be read from bottom to top. Pre-training, weeks 5 and 6: two sentences "
        "with masked words go into BERT; 'next sentence?' and the masked words come out. An arrow "
        "labelled 'the same weights' leads to the second column. Fine-tuning, week 7: your text "
        "goes into BERT; a class, a tag for every word, or the span of an answer comes out.",
        data={
            "pre-training": _in_one_line(PRE_TRAINING),
            "fine-tuning": _in_one_line(FINE_TUNING),
        },
        title=title,
    )
    with house_style():
        width = 2 * COLUMN + GAP
        axes = figure.panel(0, 0, width, HEIGHT)
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(HEIGHT, 0)
        _draw_pre_training(axes)
        _draw_fine_tuning(axes)
        _draw_handover(axes)
        return figure.finish()


def _draw_pre_training(axes: Axes) -> None:
    _heading(axes, 0.0, "Pre-training · weeks 5 and 6", "once, on text that nobody has labelled")
    sentence = (COLUMN - 3 * SPECIAL - 4 * SPACE) / 2
    words = ["[CLS]", "masked\nsentence A", "[SEP]", "masked\nsentence B", "[SEP]"]
    _draw_inputs(axes, 0.0, words, [SPECIAL, sentence, SPECIAL, sentence, SPECIAL])
    _draw_network(axes, 0.0)
    _draw_outputs(axes, 0.0, PRE_TRAINING, [1.16, COLUMN - 1.16 - SPACE])


def _draw_fine_tuning(axes: Axes) -> None:
    left = COLUMN + GAP
    _heading(axes, left, "Fine-tuning · week 7", "once for every task, on labelled examples")
    text = COLUMN - 2 * SPECIAL - 2 * SPACE
    _draw_inputs(axes, left, ["[CLS]", "your text", "[SEP]"], [SPECIAL, text, SPECIAL])
    _draw_network(axes, left)
    wide = (COLUMN - 0.8 - 2 * SPACE) / 2
    _draw_outputs(axes, left, FINE_TUNING, [0.8, wide, wide])


def _draw_inputs(axes: Axes, left: float, words: Sequence[str], widths: Sequence[float]) -> None:
    for word, place in zip(words, _row(left, widths), strict=True):
        _draw_box(axes, place, INPUTS, word, SPECIAL_LOOK if word.startswith("[") else TEXT_LOOK)
        _draw_arrow(axes, _middle(place), INPUTS[0], sum(NETWORK))


def _draw_network(axes: Axes, left: float) -> None:
    _draw_box(axes, (left, COLUMN), NETWORK, "", NETWORK_LOOK)
    middle, top = left + COLUMN / 2, NETWORK[0]
    axes.text(
        middle, top + 0.42, "BERT", size=19, weight="bold", color="white", ha="center", va="center"
    )
    axes.text(middle, top + 0.74, "weeks 1 to 4", color="white", ha="center", va="center")


def _draw_outputs(axes: Axes, left: float, names: Sequence[str], widths: Sequence[float]) -> None:
    for name, place in zip(names, _row(left, widths), strict=True):
        _draw_box(axes, place, OUTPUTS, name, OUTPUT_LOOK)
        _draw_arrow(axes, _middle(place), NETWORK[0], sum(OUTPUTS))


def _draw_handover(axes: Axes) -> None:
    """The thick arrow from one network to the other."""
    level = NETWORK[0] + NETWORK[1] / 2
    axes.annotate(
        "",
        xy=(COLUMN + GAP - 0.04, level),
        xytext=(COLUMN + 0.04, level),
        arrowprops={
            "arrowstyle": "simple,head_width=1.1,head_length=0.8,tail_width=0.4",
            "mutation_scale": 16,
            "facecolor": NETWORK_LOOK[0],
            "edgecolor": "none",
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
    axes.text(
        COLUMN + GAP / 2,
        level - 0.17,
        "the same\nweights",
        weight="bold",
        color=NETWORK_LOOK[0],
        ha="center",
        va="bottom",
    )


def _heading(axes: Axes, left: float, title: str, below: str) -> None:
    middle = left + COLUMN / 2
    axes.text(middle, 0.1, title, size=11, weight="bold", ha="center", va="center")
    axes.text(middle, 0.36, below, color=QUIET, ha="center", va="center")


def _draw_box(axes: Axes, place: Box, row: Box, words: str, look: Look) -> None:
    (left, width), (top, height), (fill, edge, ink) = place, row, look
    axes.add_patch(
        FancyBboxPatch(
            (left, top),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.07",
            facecolor=fill,
            edgecolor=edge,
            linewidth=1.1,
            clip_on=False,
        )
    )
    middle = (left + width / 2, top + height / 2)
    axes.text(*middle, words, size=8, color=ink, ha="center", va="center", linespacing=1.15)


def _draw_arrow(axes: Axes, x: float, start: float, end: float) -> None:
    axes.annotate(
        "",
        xy=(x, end + 0.05),
        xytext=(x, start - 0.05),
        arrowprops={
            "arrowstyle": "-|>,head_width=0.2,head_length=0.4",
            "color": "#7b8794",
            "linewidth": 1.1,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )


def _row(left: float, widths: Sequence[float]) -> list[Box]:
    """Boxes of these widths side by side, from `left` on."""
    places = []
    for width in widths:
        places.append((left, width))
        left += width + SPACE
    return places


def _middle(place: Box) -> float:
    return place[0] + place[1] / 2


def _in_one_line(names: Sequence[str]) -> list[str]:
    return [name.replace("\n", " ") for name in names]
