"""Week 2: which numbers of a batch one number of the result depends on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from matplotlib.colors import Normalize
from matplotlib.patches import Patch, Rectangle
from torch import Tensor

from .captioned import INK, LINE, QUIET, CaptionedFigure, house_style
from .colours import AMOUNT
from .drawing import draw_cells, every_cell, name_cells, rule
from .numbers import as_tensor, names_for, require_finite, written

CELL = 0.44  # inches
GAP = 1.0  # inches between two sentences: room for the names of the tokens
MOST_FEATURES = 8
FILLED = 0.35  # how dark a cell is that matters


def influence_map(
    function: Callable[[Tensor], Tensor],
    x: Any,
    tokens: Sequence[Sequence[str]],
    at: tuple[int, int, int],
    *,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """The numbers of a batch that one number of `function(x)` depends on.

    It is asked of torch: they are those for which the result has a gradient. `figure.data` is a
    bool tensor of the shape of x, True for them.

    Args:
        function: keeps the shape of its input.
        x: `(B, S, D)`, a small batch; D at most 8.
        tokens: B lists of S strings.
        at: which number of the result: sentence, token, feature.

    Raises:
        ValueError: if x has other axes or too many features, the tokens or `at` do not fit it, or
            the function changes the shape.
    """
    x = as_tensor(x, "x").float()
    if x.dim() != 3 or not 1 <= x.size(-1) <= MOST_FEATURES or x.numel() == 0:
        raise ValueError(
            f"x has shape {tuple(x.shape)}, but (B, S, D) with D from 1 to {MOST_FEATURES} is "
            "drawn here: pick a part of it, as in x[..., :4]"
        )
    require_finite(x, "x")
    if len(tokens) != x.size(0):
        raise ValueError(f"tokens has {len(tokens)} lists, but x has {x.size(0)} sentences")
    names = [names_for(row, x.size(1), "tokens", "tokens of a sentence") for row in tokens]
    influence = _influence(function, x, at)
    figure = CaptionedFigure(
        caption=caption or "Filled cells matter for the framed one.",
        alt=alt or _described(influence, names, at),
        data=influence,
        title=title,
        made_by=made_by,
    )
    with house_style():
        _draw(figure, x, influence, names, at)
        return figure.finish()


def _influence(function: Callable[[Tensor], Tensor], x: Tensor, at: tuple[int, ...]) -> Tensor:
    """Where x has a gradient from one number of the result, `(B, S, D)` of bool."""
    if len(at) != 3 or any(not 0 <= i < size for i, size in zip(at, x.shape, strict=True)):
        raise ValueError(
            f"at={at} is no place in {tuple(x.shape)}: give sentence, token and feature"
        )
    asked = x.clone().requires_grad_()
    with torch.enable_grad():
        result = function(asked)
        if result.shape != x.shape:
            raise ValueError(
                f"the function made {tuple(result.shape)} of {tuple(x.shape)}, but it has to keep "
                "the shape to be drawn here"
            )
        if not result.requires_grad:
            raise ValueError("the result has no gradient: leave out detach() and no_grad()")
        (gradient,) = torch.autograd.grad(result[at], asked)
    return gradient.abs() > 1e-8


def _described(influence: Tensor, names: list[list[str]], at: tuple[int, int, int]) -> str:
    sentence, token, feature = at
    start = (
        f"The result for feature {feature} of '{names[sentence][token]}' in sentence {sentence} "
        f"depends on {int(influence.sum())} of {influence.numel()} numbers"
    )
    rows = [
        f"'{names[i][j]}' in sentence {i}: features {_listed(row)}"
        for i, table in enumerate(influence)
        for j, row in enumerate(table)
        if row.any()
    ]
    return f"{start}. {'; '.join(rows)}."


def _listed(row: Tensor) -> str:
    return ", ".join(str(feature) for feature in row.nonzero().flatten().tolist())


def _draw(
    figure: CaptionedFigure,
    x: Tensor,
    influence: Tensor,
    names: list[list[str]],
    at: tuple[int, int, int],
) -> None:
    _, length, features = x.shape
    for sentence, table in enumerate(x.double()):
        left = sentence * (features * CELL + GAP)
        axes = figure.panel(left, 0, features * CELL, length * CELL)
        filled = influence[sentence]
        draw_cells(axes, filled.double() * FILLED, AMOUNT, Normalize(0, 1))
        rule(axes, table.shape)
        name_cells(axes, names[sentence], [str(i) for i in range(features)], CELL, above=True)
        for row, column in every_cell(table.shape):
            axes.text(
                column,
                row,
                written(float(table[row, column]), 1),
                ha="center",
                va="center",
                fontsize=9,
                color=INK if filled[row, column] else QUIET,
                fontweight="bold" if filled[row, column] else "normal",
            )
        axes.set_xlabel(f"sentence {sentence}: features", fontsize=9, color=QUIET)
        if sentence == at[0]:
            corner = (at[2] - 0.5, at[1] - 0.5)
            axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=INK, lw=2.2, zorder=5))
    matters = Patch(facecolor=AMOUNT(FILLED), label="matters for the framed number")
    does_not = Patch(facecolor=AMOUNT(0.0), edgecolor=LINE, label="does not")
    axes.legend(
        handles=[matters, does_not],
        loc="upper right",
        bbox_to_anchor=(1.0, -0.04),
        frameon=False,
        fontsize=8.5,
        ncols=2,
        borderaxespad=0,
    )
