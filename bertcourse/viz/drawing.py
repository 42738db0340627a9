"""How the parts of a figure are drawn: maps of cells, bars, lines, arrows and their names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.image import AxesImage
from matplotlib.patches import Patch
from torch import Tensor

from .captioned import LINE, QUIET, CaptionedFigure
from .colours import AMOUNT, SIGNED, contrasting, series_colour
from .labels import drawable, shorten, token_labels
from .numbers import written

WIDEST = 6.0  # inches for the cells of one map, so that a figure fits a notebook
POINTS = 72  # to an inch
LETTER = 0.62  # the mean width of a letter, in units of the font size
MOST_TICKS = 11  # on an axis
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NUMBERS_UP_TO = 12  # columns; beyond, numbers would be too small to read


def draw_map(
    figure: CaptionedFigure,
    values: Tensor,
    rows: list[str],
    columns: list[str],
    colours: Colormap,
    scale: Normalize,
    *,
    numbers: bool | None,
    box: bool = False,
    widen: bool = False,
) -> tuple[Axes, AxesImage]:
    height, width = values.shape
    cell = min(0.56, max(0.1, WIDEST / max(width, height)), WIDEST / max(width, height))
    across = max(cell, min(room_for(columns), 1.2, WIDEST / width)) if widen else cell
    axes = figure.panel(0, 0, width * across, height * cell)
    image = draw_cells(axes, values, colours, scale)
    name_cells(axes, rows, columns, cell, above=True, across=across)
    if numbers is None:
        numbers = max(width, height) <= NUMBERS_UP_TO
    if numbers:
        write_numbers(axes, values, image, cell)
    elif box or cell > 0.2:
        rule(axes, values.shape)
    return axes, image


def draw_cells(axes: Axes, values: Tensor, colours: Colormap, scale: Normalize) -> AxesImage:
    image = axes.imshow(
        values.tolist(), cmap=colours, norm=scale, aspect="auto", interpolation="nearest"
    )
    axes.tick_params(length=0, pad=4)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(LINE)
    return image


def rule(axes: Axes, shape: Sequence[int]) -> None:
    """White lines between the cells."""
    height, width = shape
    axes.hlines([row - 0.5 for row in range(1, height)], -0.5, width - 0.5, "white", linewidth=1)
    axes.vlines(
        [column - 0.5 for column in range(1, width)], -0.5, height - 0.5, "white", linewidth=1
    )


def label_size(cell: float) -> float:
    return min(9.5, max(5.4, cell * POINTS * 0.8))


def room_for(names: list[str]) -> float:
    """The inches that a column needs to have its name written flat."""
    longest = max(map(len, token_labels(names)))
    return (longest * label_size(1.0) * LETTER + 4) / POINTS


def name_cells(
    axes: Axes,
    rows: list[str],
    columns: list[str],
    cell: float,
    *,
    above: bool,
    across: float | None = None,
) -> None:
    """Write the tokens beside the cells, as large as they fit and never one over another.

    A cell is `cell` inches high, and `across` inches wide if that is different.
    """
    size = label_size(cell)
    every = max(1, math.ceil(size * 1.15 / (cell * POINTS)))
    longest = 14 if len(rows) <= 24 else 11
    names = token_labels(rows, longest)[::every]
    axes.set_yticks(range(0, len(rows), every), names, fontsize=size)
    names = token_labels(columns, longest)[::every]
    flat = max(map(len, names)) * size * LETTER + 3 < (across or cell) * every * POINTS
    axes.xaxis.set_ticks_position("top" if above else "bottom")
    axes.xaxis.set_label_position("top" if above else "bottom")
    axes.tick_params(length=0)
    axes.set_xticks(
        range(0, len(columns), every),
        names,
        fontsize=size,
        rotation=0 if flat else 90,
    )


def write_numbers(axes: Axes, values: Tensor, image: AxesImage, cell: float) -> None:
    size = min(9.0, cell * POINTS * 0.26)
    for row, column in every_cell(values.shape):
        value = float(values[row, column])
        axes.text(
            column,
            row,
            written(value),
            ha="center",
            va="center",
            fontsize=size,
            color=contrasting(image.cmap(image.norm(value))),
            in_layout=False,  # inside its cell anyway, and measuring each takes a while
        )


def every_cell(shape: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(shape[0]) for column in range(shape[1]))


def colour_bar(figure: CaptionedFigure, axes: Axes, image: AxesImage, label: str) -> None:
    left, top, width, height = figure.place_of(axes)
    tall = min(max(height, 1.0), 3.0)
    bar = figure.panel(left + width + 0.18, top, 0.11, tall)
    figure.colorbar(image, cax=bar)
    bar.tick_params(length=2, labelsize=8, colors=QUIET)
    bar.set_ylabel(drawable(label), fontsize=8)
    for spine in bar.spines.values():
        spine.set_visible(False)


def draw_heads(
    figure: CaptionedFigure,
    values: Tensor,
    rows: list[str],
    keys: list[str],
    heads: list[str],
    columns: int,
) -> None:
    columns = min(columns, len(heads))
    side = min(2.4, (WIDEST + 0.2) / columns - 0.14)
    cell = side / max(values.shape[1:])
    width, height = cell * values.size(2), cell * values.size(1)
    scale = amount_scale(values)
    for head, name in enumerate(heads):
        row, column = divmod(head, columns)
        axes = figure.panel(column * (width + 0.14), row * (height + 0.36), width, height)
        image = draw_cells(axes, values[head], AMOUNT, scale)
        name_cells(axes, rows, keys, cell, above=False)
        axes.set_title(shorten(drawable(name), 24), fontsize=9, color=QUIET, pad=4)
        if column > 0:
            axes.set_yticks([])
        if head + columns < len(heads):
            axes.set_xticks([])
        elif column == 0:
            axes.set_xlabel("looks at (key)")
        if head == 0:
            first = axes
        if column == columns - 1 and row == 0:
            last = axes
    first.set_ylabel("looks from (query)")
    colour_bar(figure, last, image, "attention weight")


def draw_tensor(figure: CaptionedFigure, values: Tensor, name: str) -> None:
    tables = values.reshape((1,) * (4 - values.dim()) + tuple(values.shape))
    if values.dim() == 3:
        tables = tables.transpose(0, 1)  # tables of three axes stand below each other
    down, right, rows, columns = tables.shape
    cell = min(0.46, WIDEST / (right * columns))
    scale = signed_scale(values) if bool((values < 0).any()) else amount_scale(values)
    colours = SIGNED if scale.vmin < 0 else AMOUNT
    for i, j in every_cell((down, right)):
        axes = figure.panel(
            j * (columns * cell + 0.3), i * (rows * cell + 0.34), columns * cell, rows * cell
        )
        image = draw_cells(axes, tables[i, j], colours, scale)
        axes.set_xticks([])
        axes.set_yticks([])
        write_numbers(axes, tables[i, j], image, cell)
        index = {3: f"[{i}]", 4: f"[{i}, {j}]"}.get(values.dim(), "")
        axes.set_title(f"{name}{index}", loc="left", fontsize=8.5, color=QUIET, pad=3)


def hatch(axes: Axes, cells: Tensor) -> None:
    for row, column in cells.nonzero().tolist():
        axes.fill(
            [column - 0.5, column + 0.5, column + 0.5, column - 0.5],
            [row - 0.5, row - 0.5, row + 0.5, row + 0.5],
            facecolor="#f2f4f6",
            edgecolor="#9aa5b1",
            hatch="////",
            linewidth=0,
        )


def mask_legend(axes: Axes) -> None:
    may = Patch(facecolor=AMOUNT(0.7), label="may look")
    may_not = Patch(facecolor="#f2f4f6", edgecolor="#9aa5b1", hatch="////", label="may not look")
    axes.legend(
        handles=[may, may_not],
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        frameon=False,
        fontsize=8.5,
        borderaxespad=0,
    )


def draw_bars(
    figure: CaptionedFigure,
    numbers: Tensor,
    labels: list[str],
    value_label: str | None,
    full: float | None,
    *,
    place: tuple[float, float, float] = (0.0, 0.0, 3.8),
    colours: Sequence[Any] = (AMOUNT(0.72),),
) -> None:
    left, top, width = place
    axes = figure.panel(left, top, width, 0.27 * len(labels))
    places = range(len(labels))
    low = min(0.0, float(numbers.min()))
    high = max(full or 0.0, float(numbers.max()), low + 1e-12)
    axes.barh(places, [high - low] * len(labels), left=low, height=0.7, color="#eef2f6")
    axes.barh(places, numbers.tolist(), height=0.7, color=list(colours))
    axes.set_yticks(places, token_labels(labels, 24))
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(low, high)
    axes.set_xticks([])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for place, number in zip(places, numbers.tolist(), strict=True):
        axes.annotate(
            written(number),
            (high, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
    axes.set_xlabel(drawable(value_label or ""))


def scale_by_doubling(axes: Axes, x: Tensor) -> None:
    """A logarithmic x axis with a tick at every power of 2, or at every second, third, …"""
    axes.set_xscale("log", base=2)
    low, high = math.floor(math.log2(float(x.min()))), math.ceil(math.log2(float(x.max())))
    powers = range(low, high + 1, math.ceil((high - low + 1) / MOST_TICKS))
    written_out = low >= 0 and high < 14
    names = [
        str(2**power) if written_out else f"2{str(power).translate(RAISED)}" for power in powers
    ]
    axes.set_xticks([2.0**power for power in powers], names)
    axes.minorticks_off()


def name_lines(axes: Axes, lines: Mapping[str, Tensor]) -> None:
    """Write every label beside the end of its line, pushed apart where ends lie close."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.075
    order = sorted(enumerate(lines), key=lambda item: float(lines[item[1]][-1]))
    place = -math.inf
    for index, label in order:
        place = max(float(lines[label][-1]), place + gap)
        axes.annotate(
            shorten(drawable(label), 32),
            (1.0, place),
            xycoords=("axes fraction", "data"),
            xytext=(5, 0),
            textcoords="offset points",
            color=series_colour(index),
            fontweight="bold",
            va="center",
            annotation_clip=False,
        )


def draw_plane(axes: Axes, reach: float) -> None:
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.axhline(0, color=LINE, linewidth=0.8, zorder=0)
    axes.axvline(0, color=LINE, linewidth=0.8, zorder=0)
    axes.grid(color="#eef2f6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=7.5, colors=QUIET)
    for spine in axes.spines.values():
        spine.set_visible(True)


def draw_arrow(
    axes: Axes, tip: Sequence[float], name: str, colour: str, width: float = 1.8
) -> None:
    axes.annotate(
        "",
        xy=tip,
        xytext=(0, 0),
        arrowprops={
            "arrowstyle": "-|>,head_width=0.28,head_length=0.55",
            "color": colour,
            "linewidth": width,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
    up = tip[1] >= 0
    axes.annotate(
        shorten(drawable(name), 16),
        xy=tip,
        xytext=(0, 6 if up else -6),
        textcoords="offset points",
        ha="center",
        va="bottom" if up else "top",
        color=colour,
        fontweight="bold",
    )


def amount_scale(values: Tensor) -> Normalize:
    """0 to 1, or further where the values go further."""
    return Normalize(min(0.0, float(values.min())), max(1.0, float(values.max())))


def signed_scale(values: Tensor) -> Normalize:
    furthest = float(values.abs().max())
    return Normalize(-furthest, furthest)
