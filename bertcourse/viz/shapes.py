"""Week 0: click an operation and see what it does to the shape, and which cells it combines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import traitlets
from torch import Tensor

from .captioned import CaptionedFigure
from .figures import tensor_map
from .numbers import written
from .widgets import CourseWidget, front_end

MOST_AXES = 4
MOST_CELLS = 160
LARGEST_SIZE = 5


@dataclass(frozen=True)
class Operation:
    """A line of PyTorch on `x`, and what it does in words."""

    code: str
    group: str
    says: str


OPERATIONS = (
    Operation("x.transpose(-2, -1)", "Rearrange", "Rows become columns; no number changes."),
    Operation("x.transpose(0, 1)", "Rearrange", "The first two axes trade places."),
    Operation("x.unsqueeze(0)", "Rearrange", "A new axis of size 1 in front."),
    Operation("x.unsqueeze(-1)", "Rearrange", "A new axis of size 1 at the end."),
    Operation("x[0]", "Pick", "The first along the first axis; that axis is gone."),
    Operation("x[:, 0]", "Pick", "The first along the second axis; that axis is gone."),
    Operation("x.sum(dim=-1)", "Combine", "Adds along the last axis; that axis is gone."),
    Operation("x.mean(dim=1)", "Combine", "Averages along axis 1; that axis is gone."),
    Operation("x.mean(dim=1, keepdim=True)", "Combine", "Averages along axis 1 and keeps it."),
    Operation(
        "x - x.mean(dim=-1, keepdim=True)",
        "Combine",
        "The mean of every row is spread over the row again: broadcasting.",
    ),
    Operation("x.softmax(dim=-1)", "Combine", "Every row becomes weights that sum to 1."),
    Operation("x.softmax(dim=0)", "Combine", "The sum is 1 along the first axis instead."),
    Operation(
        "x @ x.transpose(-2, -1)", "Multiply", "Every row with every row: a table of dot products."
    ),
    Operation("x @ x", "Multiply", "Rows with columns: the sizes between them must agree."),
    Operation(
        "x.reshape(*x.shape[:-1], 2, -1).transpose(-3, -2)",
        "Heads",
        "Cuts the last axis into two heads and puts the heads before the tokens.",
    ),
    Operation(
        "x.transpose(-3, -2).flatten(-2)",
        "Heads",
        "Lays the heads side by side again, behind the tokens.",
    ),
)
_BY_CODE = {operation.code: operation for operation in OPERATIONS}


class TensorShapes(CourseWidget):
    """A small tensor, operations to click, and the cells that made each cell of the result.

    The operations are lines of real PyTorch. When torch refuses one, its own message is shown.
    Which cells were combined is asked of torch as well: they are those that the result has a
    gradient for.

    Args:
        shape: two or three sizes from 1 to 5, such as `(B, S, D)`.
        steps: the operations that have been clicked already, as they stand in `OPERATIONS`.

    Raises:
        traitlets.TraitError: for other shapes, and for steps that are no operation of this widget.
    """

    _esm = front_end("shapes")

    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    steps = traitlets.List(traitlets.Unicode()).tag(sync=True)
    operations = traitlets.List().tag(sync=True)
    result = traitlets.Dict().tag(sync=True)

    def __init__(
        self, shape: Sequence[int] = (2, 3, 4), steps: Sequence[str] = ("x.mean(dim=1)",)
    ) -> None:
        super().__init__(
            shape=list(shape),
            steps=list(steps),
            operations=[
                {"code": operation.code, "group": operation.group, "says": operation.says}
                for operation in OPERATIONS
            ],
        )
        self._compute()

    @property
    def tensor(self) -> Tensor:
        """The tensor after the steps that torch accepted."""
        return self._tensor.clone()

    @property
    def error(self) -> str:
        """Why the last step was refused; empty if it was not."""
        return self.result["error"]

    def sentence(self) -> str:
        lines = [*self.result["lines"], self.error or f"x.shape == {tuple(self._tensor.shape)}"]
        return "Tensor shapes:\n" + "\n".join(f"    {line}" for line in lines)

    def picture(self) -> CaptionedFigure:
        done = " then ".join(self._accepted) or "a new tensor"
        return tensor_map(
            self._tensor,
            title=f"{done}: shape {tuple(self._tensor.shape)}",
            caption="The cells of x. Run this cell to click operations and to see which cells "
            "each one combines.",
        )

    @traitlets.validate("shape")
    def _valid_shape(self, proposal: Mapping[str, Any]) -> list[int]:
        sizes = proposal["value"]
        if len(sizes) not in (2, 3) or not all(1 <= size <= LARGEST_SIZE for size in sizes):
            raise traitlets.TraitError(
                f"shape={tuple(sizes)} was given: choose two or three sizes "
                f"from 1 to {LARGEST_SIZE}"
            )
        return sizes

    @traitlets.validate("steps")
    def _valid_steps(self, proposal: Mapping[str, Any]) -> list[str]:
        for step in proposal["value"]:
            if step not in _BY_CODE:
                raise traitlets.TraitError(
                    f"{step!r} is no operation of this widget: choose from {', '.join(_BY_CODE)}"
                )
        return proposal["value"]

    @traitlets.observe("shape", "steps")
    def _recompute(self, _: Mapping[str, Any]) -> None:
        if self.result:  # not while the first state is being set, trait by trait
            self._compute()

    def _compute(self) -> None:
        sizes = tuple(self.shape)
        x = before = torch.arange(math.prod(sizes), dtype=torch.float32).reshape(sizes)
        lines = [f"x = torch.arange({x.numel()}.).reshape{sizes}"]
        error, done = "", []
        for step in self.steps:
            lines.append(f"x = {step}")
            try:
                before, x = x, _apply(step, x)
            except (RuntimeError, IndexError, ValueError) as refusal:
                error = f"{type(refusal).__name__}: {refusal}"
                break
            done.append(step)
        self._tensor, self._accepted = x, done
        self.result = {
            "lines": lines,
            "error": error,
            "accepted": len(done),
            "says": _BY_CODE[done[-1]].says if done else "",
            "before": _drawn(before) if done else None,
            "after": _drawn(x),
            "sources": _sources(done[-1], before) if done else [],
        }


def _apply(code: str, x: Tensor) -> Tensor:
    # The code comes from OPERATIONS and from nowhere else, so that what is shown is what runs.
    result = eval(code, {"__builtins__": {}}, {"x": x})
    if result.dim() > MOST_AXES or result.numel() > MOST_CELLS:
        raise ValueError(
            f"the result has shape {tuple(result.shape)}, and this drawing has room for "
            f"{MOST_AXES} axes and {MOST_CELLS} cells: undo a step first"
        )
    return result


def _drawn(x: Tensor) -> dict[str, Any]:
    return {"shape": list(x.shape), "cells": [written(value) for value in x.flatten().tolist()]}


def _sources(code: str, x: Tensor) -> list[list[int]]:
    """For every cell of the result, the numbers of the cells of x that it was computed from."""
    # at a point without zeros or symmetry, so that no gradient vanishes by chance
    point = torch.arange(1, x.numel() + 1, dtype=torch.float64).sqrt().reshape(x.shape) / 4
    slopes = torch.autograd.functional.jacobian(lambda x: _apply(code, x), point)
    return [row.nonzero().flatten().tolist() for row in slopes.reshape(-1, x.numel())]
