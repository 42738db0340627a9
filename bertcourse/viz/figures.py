"""The figures of the course: each function returns one captioned figure.

Every maker takes a `caption`, a `title`, `made_by` (whose code computed the numbers, as
`bertcourse.exercises.whose` says it) and `alt`, the text for readers who cannot see the picture;
where no `alt` is given it is written from the numbers. `figure.data` is what the figure shows, so
that code can assert it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from matplotlib.colors import Normalize
from torch import Tensor

from .captioned import INK, LINE, CaptionedFigure, house_style
from .colours import AMOUNT, SIGNED, series_colour
from .descriptions import (
    describe_attention,
    describe_bars,
    describe_heads,
    describe_lines,
    describe_mask,
    describe_table,
    describe_vectors,
    spoken,
)
from .drawing import (
    amount_scale,
    colour_bar,
    draw_arrow,
    draw_bars,
    draw_heads,
    draw_map,
    draw_plane,
    draw_tensor,
    hatch,
    mask_legend,
    name_lines,
    scale_by_doubling,
    signed_scale,
)
from .labels import drawable
from .numbers import as_matrix, as_tensor, names_for, require_finite, written


def attention_map(
    weights: Any,
    tokens: Sequence[str],
    *,
    key_tokens: Sequence[str] | None = None,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    numbers: bool | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """One head's attention weights: a row for every token that looks, a column for what it sees.

    Args:
        weights: `(S_q, S_k)`, any tensor (device, dtype, gradient) or nested lists. Rows need not
            sum to 1, and values outside 0…1 make the scale grow.
        tokens: S_q strings beside the rows, and above the columns unless `key_tokens` is given.
        key_tokens: S_k strings above the columns.
        numbers: write the weight into every cell; by default where there is room.

    Raises:
        ValueError: if weights has other axes, holds NaN, or the tokens do not fit its shape.
    """
    weights = as_matrix(
        weights, "weights", "pick one head, as in weights[0, 0], or use attention_heads"
    )
    rows = names_for(tokens, weights.size(0), "tokens", "rows of weights")
    if key_tokens is None:
        _require_square(weights)
    columns = names_for(
        rows if key_tokens is None else key_tokens,
        weights.size(1),
        "key_tokens",
        "columns of weights",
    )
    values = weights.double()
    figure = CaptionedFigure(
        caption=caption or "Attention weights: each row shows where one token looks.",
        alt=alt or describe_attention(values, rows, columns),
        data=weights,
        title=title,
        made_by=made_by,
    )
    with house_style():
        axes, image = draw_map(
            figure, values, rows, columns, AMOUNT, amount_scale(values), numbers=numbers
        )
        axes.set_ylabel("looks from (query)")
        axes.set_xlabel("looks at (key)")
        colour_bar(figure, axes, image, "attention weight")
        return figure.finish()


def attention_heads(
    weights: Any,
    tokens: Sequence[str],
    *,
    key_tokens: Sequence[str] | None = None,
    titles: Sequence[str] | None = None,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    columns: int = 4,
    alt: str | None = None,
) -> CaptionedFigure:
    """The weights of several heads side by side, on one scale.

    Args:
        weights: `(H, S_q, S_k)`.
        tokens: S_q strings beside the rows, and below the columns unless `key_tokens` is given.
        key_tokens: S_k strings below the columns.
        titles: H strings, one above each map; by default "head 0", "head 1", …
        columns: how many maps stand side by side.

    Raises:
        ValueError: if weights has other axes, holds NaN, or names do not fit its shape.
    """
    weights = _head_weights(weights)
    if columns < 1:
        raise ValueError(f"columns={columns} was given: choose 1 or more maps side by side")
    rows = names_for(tokens, weights.size(1), "tokens", "rows of weights")
    if key_tokens is None:
        _require_square(weights[0])
        key_tokens = rows
    keys = names_for(key_tokens, weights.size(2), "key_tokens", "columns of weights")
    heads = [f"head {head}" for head in range(weights.size(0))]
    if titles is not None:
        heads = names_for(titles, weights.size(0), "titles", "heads")
    figure = CaptionedFigure(
        caption=caption or "Attention weights of every head: each row shows where one token looks.",
        alt=alt or describe_heads(weights.double(), heads, rows, keys),
        data=weights,
        title=title,
        made_by=made_by,
    )
    with house_style():
        draw_heads(figure, weights.double(), rows, keys, heads, columns)
        return figure.finish()


def matrix_map(
    values: Any,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    row_label: str | None = None,
    column_label: str | None = None,
    value_label: str | None = None,
    numbers: bool | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """Any small table of numbers as coloured cells; a table with negative values gets two hues.

    Args:
        values: `(R, C)`.
        rows, columns: R and C strings.
        row_label, column_label: what the rows and the columns are.
        value_label: what a number is; with it, a colour bar is drawn.

    Raises:
        ValueError: if values has other axes, holds NaN, or the names do not fit its shape.
    """
    values = as_matrix(values, "values", "pick one table, as in values[0]")
    rows = names_for(rows, values.size(0), "rows", "rows of values")
    columns = names_for(columns, values.size(1), "columns", "columns of values")
    cells = values.double()
    signed = bool((cells < 0).any())
    figure = CaptionedFigure(
        caption=caption
        or (
            "A table of numbers: blue above zero, brown below, darker further away from it."
            if signed
            else "A table of numbers; the darker a cell, the larger its number."
        ),
        alt=alt or describe_table(cells, rows, columns),
        data=values,
        title=title,
        made_by=made_by,
    )
    with house_style():
        scale = signed_scale(cells) if signed else Normalize(0, float(cells.max()) or 1.0)
        colours = SIGNED if signed else AMOUNT
        axes, image = draw_map(
            figure, cells, rows, columns, colours, scale, numbers=numbers, widen=True
        )
        axes.set_ylabel(drawable(row_label or ""))
        axes.set_xlabel(drawable(column_label or ""))
        if value_label:
            colour_bar(figure, axes, image, value_label)
        return figure.finish()


def mask_map(
    mask: Any,
    tokens: Sequence[str],
    *,
    key_tokens: Sequence[str] | None = None,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    row_label: str = "looks from (query)",
    column_label: str = "looks at (key)",
    alt: str | None = None,
) -> CaptionedFigure:
    """Who may look at whom: filled cells may be looked at, hatched ones may not.

    Args:
        mask: `(S_q, S_k)`, bool or 0/1; true = may attend.
        tokens: S_q strings beside the rows, and above the columns unless `key_tokens` is given.
        key_tokens: S_k strings above the columns.

    Raises:
        ValueError: if mask has other axes or other values, or the tokens do not fit its shape.
    """
    mask = as_matrix(mask, "mask", "pick one, as in mask[0, 0]")
    others = mask[(mask != 0) & (mask != 1)]
    if others.numel():
        raise ValueError(
            f"mask holds {others[0].item()}, but a mask is made of True and False, or 1 and 0: "
            "compare the numbers with something, as in ids != 0"
        )
    rows = names_for(tokens, mask.size(0), "tokens", "rows of mask")
    if key_tokens is None:
        _require_square(mask, "mask")
    columns = names_for(
        rows if key_tokens is None else key_tokens, mask.size(1), "key_tokens", "columns of mask"
    )
    may = mask.bool()
    figure = CaptionedFigure(
        caption=caption or "The mask: filled cells may be looked at, hatched cells may not.",
        alt=alt or describe_mask(may, rows, columns),
        data=may,
        title=title,
        made_by=made_by,
    )
    with house_style():
        cells = may.double() * 0.7
        axes, _ = draw_map(
            figure, cells, rows, columns, AMOUNT, Normalize(0, 1), numbers=False, box=True
        )
        hatch(axes, ~may)
        axes.set_ylabel(drawable(row_label))
        axes.set_xlabel(drawable(column_label))
        mask_legend(axes)
        return figure.finish()


def weight_bars(
    weights: Any,
    tokens: Sequence[str],
    *,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    value_label: str = "attention weight",
    alt: str | None = None,
) -> CaptionedFigure:
    """Where one token looks: a bar for each token it may look at.

    Args:
        weights: `(S,)`, one row of an attention map.
        tokens: S strings.

    Raises:
        ValueError: if weights has other axes, holds NaN, or the tokens do not fit.
    """
    weights = as_tensor(weights, "weights")
    if weights.dim() != 1 or weights.numel() == 0:
        raise ValueError(
            f"weights has shape {tuple(weights.shape)}, but bars show one row of weights: "
            "pick one, as in weights[0]"
        )
    names = names_for(tokens, weights.size(0), "tokens", "weights")
    return bar_chart(
        dict(enumerate(weights.tolist())),
        names=names,
        title=title,
        caption=caption or "Attention weights of one token: the longer the bar, the more it looks.",
        made_by=made_by,
        value_label=value_label,
        alt=alt,
        full=1.0,
        data=weights,
    )


def bar_chart(
    values: Mapping[Any, float],
    *,
    names: Sequence[str] | None = None,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    value_label: str | None = None,
    alt: str | None = None,
    full: float | None = None,
    data: Any = None,
) -> CaptionedFigure:
    """Named numbers as horizontal bars, each with its number written beside it.

    Args:
        values: what to compare, `{name: number}`, drawn from top to bottom.
        names: other names to write, where two of them may be the same.
        full: the number at the right end of the scale; the largest value if not given.
        data: what `figure.data` holds; a dict of the values if not given.

    Raises:
        ValueError: if there is nothing to draw or a number is not finite.
    """
    if not values:
        raise ValueError("values is empty: give at least one {name: number}")
    labels = [str(name) for name in (values if names is None else names)]
    numbers = torch.tensor([float(value) for value in values.values()], dtype=torch.float64)
    require_finite(numbers, "values")
    figure = CaptionedFigure(
        caption=caption or "The longer the bar, the larger the number.",
        alt=alt or describe_bars(numbers, labels),
        data={name: float(value) for name, value in values.items()} if data is None else data,
        title=title,
        made_by=made_by,
    )
    with house_style():
        draw_bars(figure, numbers, labels, value_label, full)
        return figure.finish()


def line_chart(
    x: Any,
    lines: Mapping[str, Any],
    *,
    x_label: str | None = None,
    y_label: str | None = None,
    x_log: bool = False,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """Lines over a common x, each named at its right end instead of in a legend.

    Args:
        x: `(N,)`.
        lines: `{label: y}` with y of `(N,)`.
        x_log: let every doubling of x take the same room; the ticks are powers of 2.

    Raises:
        ValueError: if a line has another length than x, a number is not finite, or an x that is
            not above 0 is to stand on a logarithmic axis.
    """
    across = as_tensor(x, "x").double().flatten()
    ups = {str(label): as_tensor(y, f"line {label!r}").double() for label, y in lines.items()}
    if not ups or across.numel() == 0:
        raise ValueError("there is nothing to draw: give x and at least one {label: y}")
    require_finite(across, "x")
    if x_log and float(across.min()) <= 0:
        raise ValueError(
            f"x holds {written(float(across.min()))}, but a logarithmic axis has room for numbers "
            "above 0 only: leave that point out, or leave x_log out"
        )
    for label, y in ups.items():
        if y.shape != across.shape:
            raise ValueError(
                f"line {label!r} has shape {tuple(y.shape)}, but x has {tuple(across.shape)}: "
                "give one y for every x"
            )
        require_finite(y, f"line {label!r}")
    figure = CaptionedFigure(
        caption=caption or "How the numbers change along the horizontal axis.",
        alt=alt or describe_lines(across, ups, x_label, x_log),
        data={"x": across.tolist(), **{label: y.tolist() for label, y in ups.items()}},
        title=title,
        made_by=made_by,
    )
    with house_style():
        axes = figure.panel(0, 0, 5.0, 2.7)
        for index, (label, y) in enumerate(ups.items()):
            axes.plot(
                across.tolist(), y.tolist(), color=series_colour(index), linewidth=1.8, label=label
            )
        axes.grid(axis="y", color=LINE, linewidth=0.5)
        if x_log:
            scale_by_doubling(axes, across)
        axes.margins(x=0.02)
        axes.set_xlabel(drawable(x_label or ""))
        axes.set_ylabel(drawable(y_label or ""))
        name_lines(axes, ups)
        return figure.finish()


def vector_plane(
    vectors: Any,
    labels: Sequence[str],
    *,
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    reach: float | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """Vectors with two coordinates as arrows from the origin, each named at its tip.

    Args:
        vectors: `(n, 2)`.
        labels: n strings.
        reach: how far the axes go; just beyond the longest arrow if not given.

    Raises:
        ValueError: if vectors has other axes, holds NaN, or the labels do not fit.
    """
    vectors = as_matrix(vectors, "vectors", "pick n vectors, as in vectors[0]")
    if vectors.size(1) != 2:
        raise ValueError(
            f"vectors has shape {tuple(vectors.shape)}, but a plane has two coordinates: "
            "pick two of them, as in vectors[:, :2]"
        )
    names = names_for(labels, vectors.size(0), "labels", "vectors")
    figure = CaptionedFigure(
        caption=caption or "Vectors as arrows from the origin.",
        alt=alt or describe_vectors(vectors.double(), names),
        data=vectors,
        title=title,
        made_by=made_by,
    )
    with house_style():
        axes = figure.panel(0, 0, 3.4, 3.4)
        draw_plane(axes, reach or float(vectors.double().abs().max()) * 1.4 or 1.0)
        for index, (vector, name) in enumerate(zip(vectors.tolist(), names, strict=True)):
            draw_arrow(axes, vector, name, series_colour(index))
        return figure.finish()


def attention_plane(
    query: Any,
    keys: Any,
    weights: Any,
    tokens: Sequence[str],
    *,
    query_token: str = "query",
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """One query among its keys in the plane, and beside it where the query looks.

    Args:
        query: `(2,)`.
        keys: `(n, 2)`.
        weights: `(n,)`; an arrow is as thick as its weight is large.
        tokens: n strings.
        query_token: the name of the token that looks.

    Raises:
        ValueError: if the shapes do not fit each other, or a number is not finite.
    """
    query = as_matrix([as_tensor(query, "query").tolist()], "query", "give two coordinates")
    keys = as_matrix(keys, "keys", "pick one set of keys, as in keys[0]")
    names = names_for(tokens, keys.size(0), "tokens", "keys")
    amounts = as_tensor(weights, "weights").double()
    require_finite(amounts, "weights")
    if query.size(1) != 2 or keys.size(1) != 2 or amounts.shape != keys.shape[:1]:
        raise ValueError(
            f"query {tuple(query[0].shape)}, keys {tuple(keys.shape)} and weights "
            f"{tuple(amounts.shape)} were given, but (2,), (n, 2) and (n,) are drawn here"
        )
    figure = CaptionedFigure(
        caption=caption or f"Where '{query_token}' looks: the thicker the arrow, the more.",
        alt=alt
        or f"{describe_vectors(torch.cat([query, keys]).double(), [query_token, *names])} "
        f"{describe_bars(amounts, names)}",
        data=amounts,
        title=title,
        made_by=made_by,
    )
    with house_style():
        axes = figure.panel(0, 0, 3.0, 3.0)
        draw_plane(axes, float(torch.cat([query, keys]).abs().max()) * 1.4 or 1.0)
        for index, (key, name) in enumerate(zip(keys.tolist(), names, strict=True)):
            width = 1.2 + 4 * max(0.0, float(amounts[index]))
            draw_arrow(axes, key, name, series_colour(index), width)
        draw_arrow(axes, query[0].tolist(), query_token, INK, 2.2)
        colours = [series_colour(index) for index in range(len(names))]
        draw_bars(
            figure, amounts, names, "attention weight", 1.0, place=(4.0, 0.4, 2.3), colours=colours
        )
        return figure.finish()


def tensor_map(
    x: Any,
    *,
    name: str = "x",
    title: str | None = None,
    caption: str | None = None,
    made_by: str | None = None,
    alt: str | None = None,
) -> CaptionedFigure:
    """A tensor of at most four axes, every cell with its number.

    The last two axes are the rows and columns of small tables; the axis before them runs
    downwards (three axes) or the two before them downwards and to the right (four).

    Args:
        x: a small tensor with 0 to 4 axes and at most 160 numbers.
        name: what the code calls it, for the names of the tables.

    Raises:
        ValueError: if x has more axes or more numbers, none at all, or holds NaN.
    """
    x = as_tensor(x, "x")
    shape = tuple(x.shape)
    if x.dim() > 4 or not 0 < x.numel() <= 160:
        raise ValueError(
            f"x has shape {shape}, but there is room for 4 axes and 1 to 160 numbers: "
            "pick a part of it, as in x[0]"
        )
    require_finite(x, "x")
    figure = CaptionedFigure(
        caption=caption or f"A tensor of shape {shape}.",
        alt=alt or f"Tensor {name} of shape {shape}: {spoken(x)}.",
        data=x,
        title=title,
        made_by=made_by,
    )
    with house_style():
        draw_tensor(figure, x.double(), name)
        return figure.finish()


def _require_square(matrix: Tensor, name: str = "weights") -> None:
    if matrix.size(0) != matrix.size(1):
        raise ValueError(
            f"{name} has shape {tuple(matrix.shape)}, so rows and columns are different tokens: "
            "name the columns with key_tokens"
        )


def _head_weights(weights: Any) -> Tensor:
    weights = as_tensor(weights, "weights")
    shape = tuple(weights.shape)
    if weights.dim() != 3:
        advice = {2: "use attention_map for one head", 4: "pick one sentence, as in weights[0]"}
        advice = advice.get(weights.dim(), "give a map for every head")
        raise ValueError(f"weights has shape {shape}, but (H, S_q, S_k) is drawn here: {advice}")
    if weights.numel() == 0:
        raise ValueError(f"weights has shape {shape}, so there is nothing to draw: give some heads")
    require_finite(weights, "weights")
    return weights
