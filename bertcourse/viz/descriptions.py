"""Alternative texts: what a figure shows, in words, for readers who cannot see it.

They are written from rounded numbers, so that they are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from .drawing import every_cell
from .numbers import written


def strongest(values: Tensor, count: int) -> list[tuple[int, int]]:
    """The cells with the largest values; those that read the same stand in reading order."""
    cells = sorted(
        every_cell(values.shape),
        key=lambda cell: (-round(float(values[cell]), 2), cell[0], cell[1]),
    )
    return cells[:count]


def describe_attention(values: Tensor, rows: list[str], columns: list[str]) -> str:
    start = f"Attention of {counted(rows, 'token')} on {counted(columns, 'token')}."
    if float(values.max() - values.min()) < 0.005:
        return f"{start} Every token looks at every token alike ({values.max():.2f})."
    looks = [
        f"'{rows[row]}' looks at '{columns[column]}' ({values[row, column]:.2f})"
        for row, column in strongest(values, 3)
    ]
    return " ".join([start, f"Strongest: {', '.join(looks)}.", *odd_rows(values, rows)])


def odd_rows(values: Tensor, rows: list[str]) -> list[str]:
    """A sentence about the rows whose weights do not add up to 1, if there are any."""
    sums = values.sum(dim=-1)
    odd = ((sums - 1).abs() > 0.02).nonzero().flatten().tolist()
    if not odd:
        return []
    return [
        f"{len(odd)} of {counted(rows, 'row')} do not sum to 1: "
        f"that of '{rows[odd[0]]}' sums to {sums[odd[0]]:.2f}."
    ]


def describe_heads(values: Tensor, heads: list[str], rows: list[str], columns: list[str]) -> str:
    """One sentence a head, for the first eight."""
    start = f"Attention maps of {counted(heads, 'head')} over {counted(rows, 'token')}."
    looks = []
    for head, name in list(enumerate(heads))[:8]:
        row, column = strongest(values[head], 1)[0]
        looks.append(
            f"{name}: strongest from '{rows[row]}' to '{columns[column]}' "
            f"({values[head, row, column]:.2f})."
        )
    return " ".join([start, *looks])


def describe_table(values: Tensor, rows: list[str], columns: list[str]) -> str:
    start = f"Table of {counted(rows, 'row')} and {counted(columns, 'column')}."
    if values.numel() <= 30:
        lines = [
            f"{name}: {', '.join(written(value) for value in row)}."
            for name, row in zip(rows, values.tolist(), strict=True)
        ]
        return " ".join([start, *lines])
    row, column = strongest(values, 1)[0]
    low_row, low_column = strongest(-values, 1)[0]
    return (
        f"{start} Largest: {written(float(values[row, column]))} at '{rows[row]}', "
        f"'{columns[column]}'; smallest: {written(float(values[low_row, low_column]))} at "
        f"'{rows[low_row]}', '{columns[low_column]}'."
    )


def describe_mask(may: Tensor, rows: list[str], columns: list[str]) -> str:
    start = f"Mask of {counted(rows, 'row')} and {counted(columns, 'column')}."
    lines = []
    for name, row in list(zip(rows, may, strict=True))[:12]:
        seen = [columns[column] for column in row.nonzero().flatten().tolist()]
        what = "all" if len(seen) == len(columns) else ", ".join(f"'{x}'" for x in seen)
        lines.append(f"'{name}' may look at {what or 'nothing'}.")
    return " ".join([start, *lines])


def describe_bars(numbers: Tensor, labels: list[str]) -> str:
    bars = [
        f"{label} {written(number)}"
        for label, number in list(zip(labels, numbers.tolist(), strict=True))[:16]
    ]
    return f"Bars: {', '.join(bars)}."


def describe_lines(
    x: Tensor, lines: Mapping[str, Tensor], x_label: str | None, x_log: bool = False
) -> str:
    span = f"{x_label or 'x'} from {written(float(x[0]))} to {written(float(x[-1]))}"
    if x_log:
        span += " on a logarithmic axis"
    ways = [
        f"{label} goes from {written(float(y[0]))} to {written(float(y[-1]))}"
        for label, y in lines.items()
    ]
    return f"{counted(ways, 'line')} over {span}: {'; '.join(ways)}."


def describe_vectors(vectors: Tensor, names: list[str]) -> str:
    arrows = [
        f"{name} ({written(x)}, {written(y)})"
        for name, (x, y) in zip(names, vectors.tolist(), strict=True)
    ]
    return f"Arrows from the origin: {', '.join(arrows)}."


def spoken(x: Tensor) -> str:
    if x.numel() > 40:
        return f"numbers from {written(float(x.min()))} to {written(float(x.max()))}"
    return ", ".join(written(value) for value in x.double().flatten().tolist())


def counted(things: Sequence[Any], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"
