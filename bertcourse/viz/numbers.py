"""Numbers on their way into a picture: taken as they are, checked, and never modified."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .labels import speakable


def as_tensor(values: Any, name: str) -> Tensor:
    """A detached copy on the CPU of a tensor, an array or nested lists."""
    if isinstance(values, Tensor):
        return values.detach().to("cpu", copy=True)
    try:
        return torch.tensor(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{name} is no table of numbers ({error}): give a tensor, or lists of equal length"
        ) from None


def as_matrix(values: Any, name: str, many: str) -> Tensor:
    """The values as a matrix of finite real numbers; `many` says what to do with more axes."""
    matrix = as_tensor(values, name)
    shape = tuple(matrix.shape)
    if matrix.dim() != 2:
        advice = many if matrix.dim() > 2 else f"write {name}[None] for a table with one row"
        raise ValueError(f"{name} has shape {shape}, but two axes are drawn here: {advice}")
    if matrix.numel() == 0:
        raise ValueError(f"{name} has shape {shape}, so there is nothing to draw: give some rows")
    require_finite(matrix, name)
    return matrix


def require_finite(values: Tensor, name: str) -> None:
    """Raise unless every number is real and finite; says where the first other one stands."""
    if values.is_complex():
        raise ValueError(f"{name} holds complex numbers: give real ones, such as {name}.abs()")
    wrong = ~torch.isfinite(values)
    if wrong.any():
        first = tuple(wrong.nonzero()[0].tolist())
        raise ValueError(
            f"{name} holds {int(wrong.sum())} values that are not finite, the first at "
            f"{list(first)} ({values[first].item()}): look for a softmax over nothing but -inf, "
            "or a division by zero"
        )


def names_for(names: Any, count: int, name: str, what: str) -> list[str]:
    """The names as strings, after checking that there is one for each of `count` things."""
    if isinstance(names, str):
        raise ValueError(
            f"{name} is the one string {names!r}: give a list of strings, one for each of the "
            f"{count} {what}"
        )
    words = [speakable(word) for word in names]
    if len(words) != count:
        raise ValueError(
            f"{name} has {len(words)} entries, but there are {count} {what}: give one for each"
        )
    return words


def written(value: float, digits: int = 2) -> str:
    """A number as short as it can be read: whole numbers without decimals, 0 only for exactly 0."""
    if abs(value) >= 10_000:
        return f"{value:.0e}"
    if value == int(value):
        return str(int(value))
    text = f"{value:.{digits if abs(value) < 100 else 0}f}"
    return text if float(text) else text.lstrip("-")  # a tiny negative number reads 0.00
